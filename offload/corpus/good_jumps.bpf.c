/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * All comparisons, with small and large constants. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u64 a = p->w[0], b = p->w[1];
	int s = p->w[2];

	if (a > 0x12345678 && b < 77)
		return XDP_DROP;
	if (a == b || a * 2 >= b + 9)
		return XDP_TX;
	if (s < -5 || s > 1000)
		return XDP_DROP;
	return a & 0x10000 ? XDP_DROP : XDP_PASS;
}
