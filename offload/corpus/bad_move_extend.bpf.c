/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused instruction
 * A sign-extending move of -mcpu=v4. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u64 x = p->w[0];

	asm volatile("r1 = %0\n\t.byte 0xbf, 0x11, 8, 0, 0, 0, 0, 0\n\t%0 = r1"
		     : "+r"(x) : : "r1");
	return x & 64 ? XDP_PASS : XDP_DROP;
}
