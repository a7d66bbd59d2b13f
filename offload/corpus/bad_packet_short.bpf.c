/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused packet
 * One byte beyond what was compared. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u8 *p = (void *)(long)ctx->data;

	if (p + 12 > (__u8 *)(long)ctx->data_end)
		return XDP_PASS;
	return *(__u16 *)(p + 11) ? XDP_PASS : XDP_DROP;
}
