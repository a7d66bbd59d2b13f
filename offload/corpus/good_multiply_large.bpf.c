/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * A 32-bit factor of 2^31 or more. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return p->w[3] * 0x9e3779b1U & 0x80 ? XDP_PASS : XDP_DROP;
}
