/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * Many variables on the stack. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	volatile __u32 copy[16];
	__u32 sum = 0;

#pragma unroll
	for (int i = 0; i < 16; i++)
		copy[i] = p->w[i];
#pragma unroll
	for (int i = 0; i < 16; i++)
		sum += copy[15 - i];
	return sum & 4 ? XDP_PASS : XDP_DROP;
}
