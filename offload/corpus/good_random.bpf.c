/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * A random number, masked. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	if (bpf_get_prandom_u32() & 1)
		return XDP_PASS;
	return XDP_DROP;
}
