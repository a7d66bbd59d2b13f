/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * Single bytes and halves, far up in the stack. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	volatile __u8 bytes[100];
	volatile __u16 halves[10];

	bytes[3] = p->w[0];
	bytes[70] = p->w[1];
	halves[5] = p->w[2];
	return bytes[3] + bytes[70] + halves[5] == 9 ? XDP_PASS : XDP_DROP;
}
