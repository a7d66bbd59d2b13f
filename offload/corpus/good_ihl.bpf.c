/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * A header of variable length: a bounded variable offset. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = data + 14;
	struct udphdr *udp;

	if ((void *)(ip + 1) > end)
		return XDP_PASS;
	udp = (void *)ip + ip->ihl * 4;
	if ((void *)(udp + 1) > end)
		return XDP_PASS;
	return udp->dest ? XDP_DROP : XDP_PASS;
}
