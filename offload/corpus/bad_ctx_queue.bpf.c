/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused context
 * Reads rx_queue_index. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return ctx->rx_queue_index ? XDP_PASS : XDP_DROP;
}
