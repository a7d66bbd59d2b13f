/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * 20 bytes more in front, by a 64-bit constant. */
#include "corpus.h"

static long (*const adjust)(void *ctx, long delta) = (void *)44;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	if (adjust(ctx, -20))
		return XDP_DROP;
	return XDP_TX;
}
