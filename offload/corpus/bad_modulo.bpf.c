/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused divide
 * A modulo. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 x = p->w[3];

	asm volatile("r1 = %0\n\t.byte 0x94, 1, 0, 0, 10, 0, 0, 0\n\t%0 = r1"
		     : "+r"(x) : : "r1");
	return x ? XDP_PASS : XDP_DROP;
}
