/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: hint jit
 * A 64-bit shift by a variable. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct counter, p);
	return p->packets >> (p->bytes & 63) & 1 ? XDP_PASS : XDP_DROP;
}
