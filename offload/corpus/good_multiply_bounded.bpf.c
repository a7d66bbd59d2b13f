/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * After ^ with a variable, bounded again. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 h = p->w[3] ^ p->w[4];

	asm volatile("%0 = %0" : "+w"(h));
	h *= 0x61c88647;
	return h & 0x80 ? XDP_PASS : XDP_DROP;
}
