/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * 64-bit shifts by constants. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct counter, p);
	__u64 x = p->packets;

	x = (x << 13) + (x >> 7) + (x << 40) + ((__s64)x >> 33);
	return x & 0x100 ? XDP_PASS : XDP_DROP;
}
