/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * Offsets that differ by a multiple of 4. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	volatile __u8 a[16];
	volatile __u8 *where = p->w[0] == 3 ? &a[1] : &a[9];

	a[1] = p->w[1];
	a[9] = p->w[2];
	asm volatile("" : "+r"(where));
	return *where ? XDP_PASS : XDP_DROP;
}
