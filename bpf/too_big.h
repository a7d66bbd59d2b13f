/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A packet that does not fit into its tunnel comes back to its sender as ICMP:
 * how long packets may be, and the beginning of this one (RFC 1191, RFC 8201).
 */
#ifndef LB_TOO_BIG_H
#define LB_TOO_BIG_H

#include "icmp_error.h"

static __always_inline enum lb_reason write_too_big(void *ip, const void *end,
						    _Bool ipv6, __u32 mtu)
{
	const struct icmp_error error = {
		.ipv6 = ipv6,
		.quote = ipv6 ? LB_QUOTE6_MAX : LB_QUOTE4,
		.type = ipv6 ? bpf_htonl(LB_ICMPV6_TOO_BIG << 24)
			     : bpf_htonl(LB_ICMP_UNREACHABLE << 24 |
					 LB_ICMP_FRAG_NEEDED << 16),
		.rest = bpf_htonl(mtu),
	};

	return write_error(ip, end, &error) ? LB_REASON_TOLD_TOO_BIG
					    : LB_REASON_TOO_BIG;
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
		      (ipv6 && ip_length(pkt) < LB_QUOTE6_MAX)))
		return LB_REASON_TOO_BIG;

	/* clang saves it for later, also where it is not needed. */
	if (LB_VARIANT == LB_VARIANT_all)
		outer = (struct outer){ 0 };
	link_save(&link, pkt);
	if (fits) {
		link_aim(&link, target);
		outer_set(&outer, pkt, change, tunnel);
		rewrite_ttl(pkt);
	} else {
		link_turn(&link);
		size = icmp_error_headers(ipv6);
		if (!cut_frame(ctx, link.length +
					    (ipv6 ? LB_QUOTE6_MAX : LB_QUOTE4)))
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
