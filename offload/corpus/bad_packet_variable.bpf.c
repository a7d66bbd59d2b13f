/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused packet-offset
 * A variable offset of up to 65535 bytes. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u8 *p = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (p + 2 > end)
		return XDP_PASS;
	p += *(__u16 *)p & 0x7fff;
	if (p + 1 > end)
		return XDP_PASS;
	return *p ? XDP_PASS : XDP_DROP;
}
