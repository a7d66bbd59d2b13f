/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: cannot decide loop
 * A loop without a bound. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);

	while (p->w[0] != 1)
		asm volatile("" : : : "memory");
	return XDP_PASS;
}
