/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * By a constant. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return p->w[3] / 10 & 1 ? XDP_PASS : XDP_DROP;
}
