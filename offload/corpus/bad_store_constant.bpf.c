/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused instruction
 * A constant stored with one instruction. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	asm volatile(".byte 0x62, 0x0a, 0xf8, 0xff, 7, 0, 0, 0" : : : "memory");
	return p->w[0] ? XDP_PASS : XDP_DROP;
}
