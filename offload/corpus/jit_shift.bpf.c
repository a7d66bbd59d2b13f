/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: hint jit
 * A shift by a variable. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return p->w[0] << (p->w[1] & 31) & 0x10000 ? XDP_PASS : XDP_DROP;
}
