/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused pointer
 * An offset without a bound. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct counter, c);
	__u8 *p = (void *)c, *end = (void *)(long)ctx->data_end;

	p += c->packets;
	if (p + 1 > end)
		return XDP_PASS;
	return *p ? XDP_PASS : XDP_DROP;
}
