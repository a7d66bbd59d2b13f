/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * The receive queue is chosen. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	ctx->rx_queue_index = 2;
	return XDP_PASS;
}
