/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * Ethernet, IPv4, UDP, with bounds. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = data + sizeof(*eth);
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > end)
		return XDP_PASS;
	if (eth->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != 17)
		return XDP_PASS;
	if (udp->dest == bpf_htons(4789))
		return XDP_DROP;
	return XDP_TX;
}
