/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused divide
 * A dividend of 64 bits. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct counter, p);
	return p->packets / 10 & 1 ? XDP_PASS : XDP_DROP;
}
