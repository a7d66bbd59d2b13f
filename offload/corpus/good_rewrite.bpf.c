/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * Addresses are exchanged, words are stored. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 a = p->w[6], b = p->w[7];

	p->w[6] = b;
	p->w[7] = a;
	return XDP_TX;
}
