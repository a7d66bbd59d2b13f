/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * 16 by 16 bits. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct udphdr, p);
	return p->source * 40503U & 0x80 ? XDP_PASS : XDP_DROP;
}
