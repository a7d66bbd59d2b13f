/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused instruction
 * A swap to little endian. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 x = p->w[0];

	asm volatile("%0 = le32 %0" : "+r"(x));
	return x ? XDP_PASS : XDP_DROP;
}
