/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused packet-offset
 * Byte 2020, which the card does not hold. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u8 *p = (void *)(long)ctx->data;

	if (p + 2100 > (__u8 *)(long)ctx->data_end)
		return XDP_PASS;
	return p[2020] ? XDP_PASS : XDP_DROP;
}
