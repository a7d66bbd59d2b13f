/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * A product of a number freshly loaded as 32 bits. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return p->w[3] * 0x61c88647 & 0x80 ? XDP_PASS : XDP_DROP;
}
