/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused pointer
 * One load of packet or stack. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	volatile __u32 local = p->w[2];
	volatile __u32 *where = p->w[0] == 3 ? &p->w[1] : &local;

	asm volatile("" : "+r"(where));
	return *where ? XDP_PASS : XDP_DROP;
}
