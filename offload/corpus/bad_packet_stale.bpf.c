/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused pointer
 * A packet pointer kept over adjust_head. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 *p = (void *)(long)ctx->data;

	if ((void *)(p + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	bpf_xdp_adjust_head(ctx, -20);
	return *p ? XDP_PASS : XDP_DROP;
}
