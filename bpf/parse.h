/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From bytes to a packet we may rewrite.  A cursor moves over the headers; each
 * parser checks its bytes against the end of the frame and says why it stops.
 * Headers other than UDP in IPv4 are recognised first, so that what was never
 * ours is not called malformed.
 */
#ifndef LB_PARSE_H
#define LB_PARSE_H

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>

#define LB_VLAN_TAGS_MAX 2
#define LB_IPV4_NO_OPTIONS 0x45		/* version 4, five words */
#define LB_IPV4_FRAGMENT 0x3fff		/* RFC 791: more fragments | offset */
#define LB_IPPROTO_UDP 17		/* netinet/in.h is not for BPF */

/* linux/if_ether.h's is packed, which clang reads byte by byte. */
struct lb_ethernet {
	__u8 to[ETH_ALEN];
	__u8 from[ETH_ALEN];
	__be16 proto;
};

struct lb_vlan {
	__be16 tci;
	__be16 proto;
};

struct cursor {
	void *pos;
	void *end;
};

/* A UDP datagram in an unfragmented IPv4 packet, all headers in the frame. */
struct packet {
	struct lb_ethernet *eth;
	struct iphdr *ip;
	struct udphdr *udp;
};

static __always_inline int is_vlan(__be16 proto)
{
	return proto == bpf_htons(ETH_P_8021Q) ||
	       proto == bpf_htons(ETH_P_8021AD);
}

/* Moves over Ethernet and VLAN tags; the tags stay as they are. */
static __always_inline enum lb_reason parse_ethernet(struct cursor *c,
						     struct packet *pkt)
{
	struct lb_ethernet *eth = c->pos;
	struct lb_vlan *tag;
	__be16 proto;

	if ((void *)(eth + 1) > c->end)
		return LB_REASON_TRUNCATED;
	proto = eth->proto;
	c->pos = eth + 1;

#pragma unroll
	for (int i = 0; i < LB_VLAN_TAGS_MAX; i++) {
		if (!is_vlan(proto))
			break;
		tag = c->pos;
		if ((void *)(tag + 1) > c->end)
			return LB_REASON_TRUNCATED;
		proto = tag->proto;
		c->pos = tag + 1;
	}
	if (proto != bpf_htons(ETH_P_IP))
		return LB_REASON_NOT_IPV4;
	pkt->eth = eth;
	return LB_PARSED;
}

static __always_inline enum lb_reason parse_ipv4(struct cursor *c,
						 struct packet *pkt)
{
	struct iphdr *ip = c->pos;
	__u32 length, available;
	__u8 first;

	if ((void *)(ip + 1) > c->end)
		return LB_REASON_TRUNCATED;
	if (ip->protocol != LB_IPPROTO_UDP)
		return LB_REASON_NOT_UDP;

	/* Read as a byte: a bit field would be two loads. */
	first = *(__u8 *)ip;
	if (first != LB_IPV4_NO_OPTIONS)
		return first > LB_IPV4_NO_OPTIONS && first < 0x50 ?
			       LB_REASON_IP_OPTIONS :
			       LB_REASON_BAD_IP_HEADER;
	length = bpf_ntohs(ip->tot_len);
	available = c->end - c->pos;
	if (length < sizeof(*ip) || length > available)
		return LB_REASON_BAD_IP_LENGTH;
	if (ip->frag_off & bpf_htons(LB_IPV4_FRAGMENT))
		return LB_REASON_FRAGMENT;
	pkt->ip = ip;
	c->pos = ip + 1;
	return LB_PARSED;
}

/* RFC 9868 lets the IP packet be longer than the datagram, never shorter. */
static __always_inline enum lb_reason parse_udp(struct cursor *c,
						struct packet *pkt)
{
	struct udphdr *udp = c->pos;
	__u32 length;

	if ((void *)(udp + 1) > c->end)
		return LB_REASON_TRUNCATED;
	length = bpf_ntohs(udp->len);
	if (length < sizeof(*udp) ||
	    length + sizeof(struct iphdr) > bpf_ntohs(pkt->ip->tot_len))
		return LB_REASON_BAD_UDP_LENGTH;
	pkt->udp = udp;
	return LB_PARSED;
}

/* Fills *pkt, or says why this is no packet to balance. */
static __always_inline enum lb_reason parse_packet(struct cursor *c,
						   struct packet *pkt)
{
	enum lb_reason reason;

	reason = parse_ethernet(c, pkt);
	if (reason != LB_PARSED)
		return reason;
	reason = parse_ipv4(c, pkt);
	if (reason != LB_PARSED)
		return reason;
	reason = parse_udp(c, pkt);
	if (reason != LB_PARSED)
		return reason;
	/* The first bit on the wire: a group address, not a neighbour's. */
	if (pkt->eth->to[0] & 1)
		return LB_REASON_NOT_UNICAST;
	return LB_PARSED;
}

#endif
