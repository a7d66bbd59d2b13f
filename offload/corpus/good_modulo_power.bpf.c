/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * A modulo that is a mask. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return p->w[3] % 64 ? XDP_PASS : XDP_DROP;
}
