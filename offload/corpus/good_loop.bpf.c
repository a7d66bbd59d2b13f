/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * A loop that the compiler keeps. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 sum = 0;

#pragma clang loop unroll(disable)
	for (int i = 0; i < 10; i++) {
		sum += p->w[1] >> 3;
		asm volatile("" : "+r"(sum));
	}
	return sum & 1 ? XDP_PASS : XDP_DROP;
}
