/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * Unaligned fields of the packet. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u8 *b = (__u8 *)p;

	return *(__u16 *)(b + 3) + *(__u32 *)(b + 5) + b[1] +
			       *(__u64 *)(b + 13) >
		       9 ?
	       XDP_PASS : XDP_DROP;
}
