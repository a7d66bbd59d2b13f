/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: hint adjust-head
 * A constant that the firmware does not guarantee. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	if (bpf_xdp_adjust_head(ctx, 60))
		return XDP_DROP;
	return XDP_TX;
}
