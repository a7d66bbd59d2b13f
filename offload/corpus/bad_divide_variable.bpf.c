/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused divide
 * A division by a variable. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return p->w[3] / p->w[4] & 1 ? XDP_PASS : XDP_DROP;
}
