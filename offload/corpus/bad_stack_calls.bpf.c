/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused stack
 * Two functions that need more stack than there is. */
#include "corpus.h"

static __attribute__((noinline)) __u32 inner(__u32 x)
{
	__u32 a[64];

	a[0] = x;
	asm volatile("" : : "r"(a) : "memory");
	return a[0] + 1;
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 a[64];

	a[0] = p->w[0];
	asm volatile("" : : "r"(a) : "memory");
	return inner(a[0]) + a[0] > 5 ? XDP_PASS : XDP_DROP;
}
