/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused multiply
 * A product after ^ with a variable. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 h = p->w[3] ^ p->w[4];

	asm volatile("%0 *= 0x61c88647" : "+w"(h));
	return h & 0x80 ? XDP_PASS : XDP_DROP;
}
