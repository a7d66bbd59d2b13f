/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * Byte 2016, the last that passes. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u8 *p = (void *)(long)ctx->data;

	if (p + 2100 > (__u8 *)(long)ctx->data_end)
		return XDP_PASS;
	return p[2016] ? XDP_PASS : XDP_DROP;
}
