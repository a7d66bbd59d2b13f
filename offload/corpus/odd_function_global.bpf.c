/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: cannot decide function
 * A function that is not static. */
#include "corpus.h"

__attribute__((noinline)) int mix(__u32 a)
{
	return a * 5 + (a >> 3);
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return mix(p->w[0]) & 1 ? XDP_PASS : XDP_DROP;
}
