/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A packet within a packet to the backend (RFC 2003, RFC 2473; GUE variant 1),
 * and what its sender is told when that does not fit.
 */
#ifndef LB_TUNNEL_H
#define LB_TUNNEL_H

#include "echo.h"
#include "select.h"

#define LB_IPV4_DONT_FRAGMENT 0x4000
#define LB_GUE_PORT_FIRST     0xc000 /* dynamic ports, RFC 6335 */
#define LB_GUE_PORT_MASK      0x3fff
#define LB_FLOW_LABEL_MASK    0xfffff /* RFC 6438: of tunnels too */
#define LB_ICMP_TOS	      0xc0    /* RFC 1812, 4.3.2.5 */

/* The frame's link header, while the room in front of it changes. */
struct link {
	__u32 to, from;
	__u16 to_end, from_end;
	__u32 tag[2];
	__u32 length;
};

static __always_inline void link_save(struct link *link,
				      const struct packet *pkt)
{
	const __u8 *eth = pkt->eth->to;

	link->to = *(__u32 *)eth;
	link->to_end = *(__u16 *)(eth + 4);
	link->from = *(__u32 *)(eth + 6);
	link->from_end = *(__u16 *)(eth + 10);
	/* Without tags this is the beginning of the IP header. */
	link->tag[0] = *(__u32 *)(eth + 12);
	link->tag[1] = *(__u32 *)(eth + 16);
	link->length = (void *)pkt->ip - (void *)eth;
}

/* Returns where the IP header begins, or NULL. */
static __always_inline void *link_restore(const struct link *link,
					  struct xdp_md *ctx, __be16 type)
{
	__u8 *eth = (void *)(long)ctx->data;
	__u8 *end = (void *)(long)ctx->data_end;
	__u8 *ip = eth + sizeof(struct lb_ethernet);

	/* With two tags; without, some of that is the IP header's. */
	if (eth + 22 > end)
		return NULL;
	*(__u32 *)eth = link->to;
	*(__u16 *)(eth + 4) = link->to_end;
	*(__u32 *)(eth + 6) = link->from;
	*(__u16 *)(eth + 10) = link->from_end;
	if (link->length >= 18) {
		*(__u32 *)(eth + 12) = link->tag[0];
		ip = eth + 18;
	}
	if (link->length >= 22) {
		*(__u32 *)(eth + 16) = link->tag[1];
		ip = eth + 22;
	}
	*(__be16 *)(ip - 2) = type;
	return ip;
}

static __always_inline void link_aim(struct link *link,
				     const struct lb_target *target)
{
	link->from = link->to;
	link->from_end = link->to_end;
	link->to = *(__u32 *)target->mac;
	link->to_end = *(__u16 *)(target->mac + 4);
}

static __always_inline void link_turn(struct link *link)
{
	__u32 to = link->to;
	__u16 to_end = link->to_end;

	link->to = link->from;
	link->to_end = link->from_end;
	link->from = to;
	link->from_end = to_end;
}

/* What the outer headers say. */
struct outer {
	const struct lb_tunnel *tunnel;
	const struct lb_target *target;
	__u32 hash;
	__u32 length; /* of what the IP header is before */
	__u32 tos;
	__u8 protocol;
	_Bool gue;
};

static __always_inline __u32 inner_tos(const struct packet *pkt)
{
	if (pkt->ipv6)
		return bpf_ntohl(pkt->ip6->flow) >> 20 & 0xff;
	return pkt->ip->tos;
}

/* Zero checksums: RFC 6935, RFC 6936; what is inside has its own. */
static __always_inline void write_gue(struct udphdr *udp,
				      const struct outer *outer)
{
	udp->source =
		bpf_htons(LB_GUE_PORT_FIRST | (outer->hash & LB_GUE_PORT_MASK));
	udp->dest = outer->target->port;
	udp->len = bpf_htons(outer->length);
	udp->check = 0;
}

struct ipv4_words {
	__be32 word[5];
};

/* A whole header without options; its checksum too. */
static __always_inline void write_ipv4(void *at, __u32 tos, __u32 length,
				       __u8 protocol, __be32 source,
				       __be32 destination)
{
	struct ipv4_words *ip = at;
	__be32 first = bpf_htonl(0x45000000 | tos << 16 | length);
	__be32 second = bpf_htonl(LB_IPV4_DONT_FRAGMENT);
	__be32 third = bpf_htonl(LB_TTL << 24 | protocol << 16);
	__u64 sum = (__u64)first + second + third + source + destination;

	ip->word[0] = first;
	ip->word[1] = second;
	ip->word[2] = third;
	ip->word[3] = source;
	ip->word[4] = destination;
	((struct iphdr *)at)->check = csum_fold(csum_narrow(sum)) ^ 0xffff;
}

static __always_inline void write_outer4(void *ip, const struct outer *outer)
{
	write_ipv4(ip, outer->tos, sizeof(struct iphdr) + outer->length,
		   outer->protocol,
		   outer->tunnel->source4 |
			   (outer->hash & outer->tunnel->spread4),
		   outer->target->address[3]);
}

static __always_inline void write_outer6(struct lb_ipv6 *ip6,
					 const struct outer *outer)
{
	const struct lb_tunnel *tunnel = outer->tunnel;

	ip6->flow = bpf_htonl(0x60000000 | outer->tos << 20 |
			      (outer->hash & LB_FLOW_LABEL_MASK));
	ip6->length = bpf_htons(outer->length);
	ip6->next = outer->protocol;
	ip6->hop_limit = LB_TTL;
	ip6->source[0] = tunnel->source6[0];
	ip6->source[1] = tunnel->source6[1];
	ip6->source[2] = tunnel->source6[2];
	ip6->source[3] = tunnel->source6[3] | (outer->hash & tunnel->spread6);
	ip6->destination[0] = outer->target->address[0];
	ip6->destination[1] = outer->target->address[1];
	ip6->destination[2] = outer->target->address[2];
	ip6->destination[3] = outer->target->address[3];
}

static __always_inline __u32 outer_size(const struct lb_target *target,
					_Bool gue)
{
	return (target->flags & LB_TARGET_IPV6 ? sizeof(struct lb_ipv6)
					       : sizeof(struct iphdr)) +
	       (gue ? sizeof(struct udphdr) : 0);
}

static __always_inline void outer_set(struct outer *outer,
				      const struct packet *pkt,
				      const struct change *change,
				      const struct lb_tunnel *tunnel)
{
	outer->tunnel = tunnel;
	outer->target = change->target;
	outer->gue = change->forward == LB_FORWARD_GUE;
	outer->hash = flow_hash(pkt);
	outer->length = ip_length(pkt);
	outer->tos = inner_tos(pkt);
	outer->protocol = pkt->ipv6 ? LB_IPPROTO_IPV6 : LB_IPPROTO_IPIP;
	if (outer->gue) {
		outer->protocol = LB_IPPROTO_UDP;
		outer->length += sizeof(struct udphdr);
	}
}

static __always_inline enum lb_reason write_outer(void *ip, const void *end,
						  const struct outer *outer)
{
	struct lb_ipv6 *ip6 = ip;
	struct iphdr *ip4 = ip;
	struct udphdr *udp;

	if (outer->target->flags & LB_TARGET_IPV6) {
		udp = (void *)(ip6 + 1);
		if ((void *)(udp + 1) > end)
			return LB_REASON_TOO_BIG;
		write_outer6(ip6, outer);
		if (outer->gue)
			write_gue(udp, outer);
	} else {
		udp = (void *)(ip4 + 1);
		if ((void *)(udp + 1) > end)
			return LB_REASON_TOO_BIG;
		write_outer4(ip4, outer);
		if (outer->gue)
			write_gue(udp, outer);
	}
	return LB_REASON_FORWARDED;
}

#endif
