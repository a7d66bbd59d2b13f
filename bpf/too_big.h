/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A packet that does not fit into its tunnel comes back to its sender as ICMP:
 * how long packets may be, and the beginning of this one (RFC 1191, RFC 8201).
 */
#ifndef LB_TOO_BIG_H
#define LB_TOO_BIG_H

#include "tunnel.h"

#define LB_QUOTE4 (sizeof(struct iphdr) + sizeof(struct udphdr))
/* With a fragment header: Linux heeds only what shows it the one behind that.
 */
#define LB_QUOTE6                                                              \
	(sizeof(struct lb_ipv6) + sizeof(struct lb_extension) +                \
	 sizeof(struct udphdr))

struct too_big4 {
	struct iphdr ip;
	struct lb_icmp icmp;
	__be32 quote[LB_QUOTE4 / 4];
};

struct too_big6 {
	struct lb_ipv6 ip;
	struct lb_icmp icmp;
	__be32 quote[LB_QUOTE6 / 4];
};

static __always_inline __u64 csum_quote(const __be32 *quote, const void *end,
					__u32 words)
{
	__u64 sum = 0;

#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < LB_QUOTE6 / 4; i++, quote++) {
		if (i == words || (void *)(quote + 1) > end)
			break;
		sum += *quote;
	}
	return sum;
}

/* The quoted header's addresses, the other way round; returns its own sum. */
static __always_inline __u64 write_answer4(struct too_big4 *answer)
{
	write_ipv4(&answer->ip, LB_ICMP_TOS, sizeof(*answer), LB_IPPROTO_ICMP,
		   answer->quote[4], answer->quote[3]);
	return 0;
}

static __always_inline __u64 write_answer6(struct too_big6 *answer)
{
	__u32 length = sizeof(*answer) - sizeof(answer->ip);
	__u64 sum = (__u64)bpf_htonl(length) + bpf_htonl(LB_IPPROTO_ICMPV6);

	answer->ip.flow = bpf_htonl(0x60000000);
	answer->ip.length = bpf_htons(length);
	answer->ip.next = LB_IPPROTO_ICMPV6;
	answer->ip.hop_limit = LB_TTL;
#pragma unroll
	for (int i = 0; i < 4; i++) {
		__be32 client = answer->quote[2 + i];
		__be32 vip = answer->quote[6 + i];

		sum += (__u64)client + vip;
		answer->ip.source[i] = vip;
		answer->ip.destination[i] = client;
	}
	return sum;
}

static __always_inline void write_icmp(struct lb_icmp *icmp, __be32 type,
				       __be32 rest, __u64 sum)
{
	*(__be32 *)icmp = type;
	icmp->rest = rest;
	icmp->checksum = csum_fold(csum_narrow(sum + type + rest)) ^ 0xffff;
}

static __always_inline _Bool cut_frame(struct xdp_md *ctx, __u32 keep)
{
	long length = (void *)(long)ctx->data_end - (void *)(long)ctx->data;

	/* Else clang subtracts pointers as 32-bit numbers, which is forbidden.
	 */
	asm volatile("" : "+r"(length));
	return !bpf_xdp_adjust_tail(ctx, keep - length);
}

static __always_inline enum lb_reason write_too_big(void *ip, const void *end,
						    _Bool ipv6, __u32 mtu)
{
	struct too_big4 *answer4 = ip;
	struct too_big6 *answer6 = ip;
	struct lb_icmp *icmp = &answer4->icmp;
	__be32 type = bpf_htonl(LB_ICMP_UNREACHABLE << 24 | LB_ICMP_FRAG_NEEDED
								    << 16);
	__u64 sum;

	if ((void *)(answer4 + 1) > end)
		return LB_REASON_TOO_BIG;
	if (ipv6) {
		if ((void *)(answer6 + 1) > end)
			return LB_REASON_TOO_BIG;
		sum = write_answer6(answer6);
		icmp = &answer6->icmp;
		type = bpf_htonl(LB_ICMPV6_TOO_BIG << 24);
	} else {
		sum = write_answer4(answer4);
	}
	sum += csum_quote((void *)(icmp + 1), end,
			  ipv6 ? LB_QUOTE6 / 4 : LB_QUOTE4 / 4);
	write_icmp(icmp, type, bpf_htonl(mtu), sum);
	return LB_REASON_TOLD_TOO_BIG;
}

/*
 * Into the tunnel; or, where it does not fit, back.  Either way the link header
 * moves to the front, and nothing of the packet may be read after that.
 */
static __always_inline enum lb_reason
send_into_tunnel(struct xdp_md *ctx, const struct packet *pkt,
		 const struct change *change, union lb_index *index)
{
	const struct lb_target *target = change->target;
	__u32 backend, kind = change->forward - LB_FORWARD_IPIP;
	struct lb_tunnel *tunnel;
	_Bool ipv6 = pkt->ipv6, to_ipv6 = target->flags & LB_TARGET_IPV6, fits;
	__u32 size = outer_size(target, kind), mtu = target->mtu - size;
	struct outer outer;
	struct link link;
	void *ip;

	backend = index->backend;
	index->row = kind;
	tunnel = bpf_map_lookup_elem(&tunnels, &index->row);
	index->backend = backend;
	if (!tunnel)
		return LB_REASON_NO_BACKEND;
	fits = !target->mtu || ip_length(pkt) + size <= target->mtu;
	/* Never about a later fragment, nor about ICMP (RFC 1122, 3.2.2). */
	if (!fits && (!tunnel->answer || pkt->kind > KIND_FIRST ||
		      (ipv6 && ip_length(pkt) < LB_QUOTE6)))
		return LB_REASON_TOO_BIG;

	link_save(&link, pkt);
	if (fits) {
		link_aim(&link, target);
		outer_set(&outer, pkt, change, tunnel);
		rewrite_ttl(pkt);
	} else {
		link_turn(&link);
		size = (ipv6 ? sizeof(struct lb_ipv6) : sizeof(struct iphdr)) +
		       sizeof(struct lb_icmp);
		if (!cut_frame(ctx,
			       link.length + (ipv6 ? LB_QUOTE6 : LB_QUOTE4)))
			return LB_REASON_TOO_BIG;
		to_ipv6 = ipv6;
	}
	if (bpf_xdp_adjust_head(ctx, -(int)size))
		return LB_REASON_TOO_BIG;
	ip = link_restore(&link, ctx,
			  to_ipv6 ? bpf_htons(ETH_P_IPV6)
				  : bpf_htons(ETH_P_IP));
	if (!ip)
		return LB_REASON_TOO_BIG;
	if (fits)
		return write_outer(ip, (void *)(long)ctx->data_end, &outer);
	return write_too_big(ip, (void *)(long)ctx->data_end, ipv6, mtu);
}

#endif
