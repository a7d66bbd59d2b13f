/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused global
 * A constant table with a computed index. */
#include "corpus.h"

const volatile __u32 table[] = { XDP_PASS, XDP_DROP, XDP_TX,
				 XDP_PASS };

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return table[p->w[0] & 3];
}
