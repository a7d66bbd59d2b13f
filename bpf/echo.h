/* SPDX-License-Identifier: GPL-2.0-only */
/* Pings are answered here. */
#ifndef LB_ECHO_H
#define LB_ECHO_H

#include "parse_icmp.h"
#include "rewrite.h"

#define LB_TTL 64 /* of what we send ourselves */

static __always_inline void swap_macs(struct lb_ethernet *eth)
{
	__u32 to = *(__u32 *)eth->to, from = *(__u32 *)eth->from;
	__u16 to_end = *(__u16 *)(eth->to + 4);
	__u16 from_end = *(__u16 *)(eth->from + 4);

	*(__u32 *)eth->to = from;
	*(__u16 *)(eth->to + 4) = from_end;
	*(__u32 *)eth->from = to;
	*(__u16 *)(eth->from + 4) = to_end;
}

static __always_inline void echo4(struct iphdr *ip)
{
	__be32 source = ip->saddr;
	__u32 diff =
		csum_diff16(bpf_htons(ip->ttl << 8), bpf_htons(LB_TTL << 8));

	ip->saddr = ip->daddr;
	ip->daddr = source;
	ip->ttl = LB_TTL;
	ip->check = csum_apply(ip->check, diff);
}

static __always_inline void echo6(struct lb_ipv6 *ip6)
{
#pragma unroll
	for (int i = 0; i < 4; i++) {
		__be32 source = ip6->source[i], vip = ip6->destination[i];

		ip6->source[i] = vip;
		ip6->destination[i] = source;
	}
	ip6->hop_limit = LB_TTL;
}

/* No sum changes with the order of the addresses. */
static __always_inline void answer_echo(const struct packet *pkt)
{
	struct lb_icmp *icmp = pkt->l4;
	__u8 type = pkt->ipv6 ? LB_ICMPV6_ECHOREPLY : LB_ICMP_ECHOREPLY;
	__u32 diff =
		csum_diff16(bpf_htons(icmp->type << 8), bpf_htons(type << 8));

	swap_macs(pkt->eth);
	if (pkt->ipv6)
		echo6(pkt->ip6);
	else
		echo4(pkt->ip);
	icmp->type = type;
	icmp->checksum = csum_apply(icmp->checksum, diff);
}

#endif
