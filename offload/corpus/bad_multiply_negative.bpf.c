/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused multiply
 * A 64-bit product with a negative constant. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u64 x = p->w[3];

	asm volatile("%0 *= -3" : "+r"(x));
	return x & 0x80000000 ? XDP_PASS : XDP_DROP;
}
