/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused context
 * Reads data_meta. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return (ctx->data - ctx->data_meta) & 1 ? XDP_PASS : XDP_DROP;
}
