/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused stack
 * A variable index on the stack. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 copy[4] = { p->w[1], p->w[2], p->w[3], p->w[4] };

	asm volatile("" : : "r"(copy) : "memory");
	return copy[p->w[0] & 3] ? XDP_PASS : XDP_DROP;
}
