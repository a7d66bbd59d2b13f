/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * An action computed, but of two bits. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return p->w[0] & 3;
}
