/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: hint jit
 * A function writes its caller's stack. */
#include "corpus.h"

struct pair {
	__u32 a, b;
};

static __attribute__((noinline)) int fill(struct pair *pair, __u32 x)
{
	pair->a = x & 15;
	pair->b = x >> 28;
	return 0;
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	struct pair pair = { 0, 0 };

	fill(&pair, p->w[0]);
	return pair.a > pair.b ? XDP_PASS : XDP_DROP;
}
