/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * A function of its own. */
#include "corpus.h"

static __attribute__((noinline)) __u32 mix(__u32 a, __u32 b)
{
	return (a << 7) + (b >> 3) + (a & b);
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return mix(p->w[0], p->w[1]) & 1 ? XDP_PASS : XDP_DROP;
}
