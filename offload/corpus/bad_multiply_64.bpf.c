/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused multiply
 * A product of 64 bits. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct counter, p);
	return p->packets * 0x61c88647 & 0x8000 ? XDP_PASS : XDP_DROP;
}
