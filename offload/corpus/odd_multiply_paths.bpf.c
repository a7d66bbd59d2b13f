/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: cannot decide multiply
 * A factor that is too large on one of two paths. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u64 x = *(__u64 *)&p->w[5];

	if (p->w[4] == 9)
		x = p->w[3];
	asm volatile("%0 *= 5" : "+r"(x));
	return x & 0x80 ? XDP_PASS : XDP_DROP;
}
