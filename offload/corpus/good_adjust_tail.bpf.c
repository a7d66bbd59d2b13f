/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * A shorter packet. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_xdp_adjust_tail(ctx, -4);
	return XDP_TX;
}
