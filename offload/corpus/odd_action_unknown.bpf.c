/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: cannot decide action
 * An action from the packet. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return p->w[0];
}
