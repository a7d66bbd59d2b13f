/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused helper,map-type
 * A tail call: needs a program array. */
#include "corpus.h"

MAP(programs, PROG_ARRAY, __u32, __u32, 2);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &programs, 0);
	return XDP_PASS;
}
