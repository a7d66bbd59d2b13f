/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused divide,multiply
 * A modulo by a variable: a division and a product. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return p->w[3] % p->w[4] ? XDP_PASS : XDP_DROP;
}
