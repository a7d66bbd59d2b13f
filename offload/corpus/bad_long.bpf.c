/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused length
 * More NFP instructions than the lab card has room for. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u64 x = p->w[0];

#pragma unroll
	for (int i = 1; i < 1400; i++) {
		asm volatile("%0 += %1" : "+r"(x) : "i"(i * 0x1234567));
		asm volatile("%0 ^= %1" : "+r"(x) : "i"(i * 0x7654321));
	}
	return x & 1 ? XDP_PASS : XDP_DROP;
}
