/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused packet
 * An access not compared with data_end. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 *p = (void *)(long)ctx->data;

	return *p ? XDP_PASS : XDP_DROP;
}
