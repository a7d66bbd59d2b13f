/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * A run of copies within the packet. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	p->w[8] = p->w[0];
	asm volatile("" ::: "memory");
	p->w[9] = p->w[1];
	asm volatile("" ::: "memory");
	p->w[10] = p->w[2];
	return XDP_TX;
}
