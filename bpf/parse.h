/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From bytes to a packet we may rewrite.  A cursor moves over the headers; each
 * parser checks its bytes against the end of the frame and says why it stops.
 * Protocols other than ours are recognised first, so that what was never ours
 * is not called malformed.
 */
#ifndef LB_PARSE_H
#define LB_PARSE_H

#include "verifier.h"

#define LB_VLAN_TAGS_MAX   2
#define LB_ETHERNET_MASK   31	  /* not below the length with all tags */
#define LB_IPV4_NO_OPTIONS 0x45	  /* version 4, five words */
#define LB_IPV4_FRAGMENT   0x3fff /* RFC 791: more fragments | offset */
#define LB_IPV4_OFFSET	   0x1fff

#define LB_EXTENSIONS_MAX	 4
#define LB_EXTENSION_LENGTH_MAX	 64
#define LB_EXTENSIONS_MASK	 511 /* not below where they can end */
#define LB_EXTENSION_HOP_BY_HOP	 0
#define LB_EXTENSION_ROUTING	 43
#define LB_EXTENSION_FRAGMENT	 44
#define LB_EXTENSION_DESTINATION 60
#define LB_IPV6_FRAGMENT	 0xfff9 /* RFC 8200, 4.5: offset | more */
#define LB_IPV6_OFFSET		 0xfff8

_Static_assert(sizeof(struct lb_ethernet) +
			       LB_VLAN_TAGS_MAX * sizeof(struct lb_vlan) <=
		       LB_ETHERNET_MASK,
	       "all tags");
_Static_assert(LB_ETHERNET_MASK + sizeof(struct lb_ipv6) +
			       LB_EXTENSIONS_MAX * LB_EXTENSION_LENGTH_MAX <=
		       LB_EXTENSIONS_MASK,
	       "all extension headers");

struct cursor {
	void *pos;
	void *end;
	__u32 left; /* of the IP packet, behind its headers */
};

/* The first eight bytes of any extension header. */
struct lb_extension {
	__u8 next;
	__u8 length;	 /* in 8 bytes, less the first; of a fragment: 0 */
	__be16 fragment; /* offset, flags */
	__be32 id;
};

static __always_inline int is_vlan(__be16 proto)
{
	return proto == bpf_htons(ETH_P_8021Q) ||
	       proto == bpf_htons(ETH_P_8021AD);
}

/* Moves over Ethernet and VLAN tags; the tags stay as they are. */
static __always_inline enum lb_reason
parse_ethernet(struct cursor *c, struct packet *pkt, __be16 *type)
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
	pkt->eth = eth;
	c->pos = lb_forget(eth, c->pos, LB_ETHERNET_MASK);
	*type = proto;
	return LB_PARSED;
}

static __always_inline _Bool wants_icmp(void)
{
	return feature(ICMP) || feature(ECHO);
}

static __always_inline _Bool wants_fragments(void)
{
	return feature(FRAGMENTS) || feature(FOLLOW);
}

/* One without ports may go where its first one went, or its source does. */
static __always_inline enum lb_reason
set_fragment(struct packet *pkt, __be32 id, _Bool has_offset, _Bool is_icmp)
{
	if (is_icmp || !wants_fragments())
		return LB_REASON_FRAGMENT;
	pkt->fragment = id;
	pkt->kind = has_offset ? KIND_LATER : KIND_FIRST;
	return LB_PARSED;
}

static __always_inline enum lb_reason
parse_ipv4(struct cursor *c, struct packet *pkt, _Bool *is_icmp)
{
	struct iphdr *ip = c->pos;
	__u32 length, available;
	__be16 fragment;
	__u8 first;

	if ((void *)(ip + 1) > c->end)
		return LB_REASON_TRUNCATED;
	if (ip->protocol != LB_IPPROTO_UDP) {
		if (ip->protocol != LB_IPPROTO_ICMP || !wants_icmp())
			return LB_REASON_NOT_UDP;
		*is_icmp = 1;
	}
	pkt->ip = ip;
	pkt->source = &ip->saddr;

	/* Read as a byte: a bit field would be two loads. */
	first = *(__u8 *)ip;
	if (first != LB_IPV4_NO_OPTIONS)
		return first > LB_IPV4_NO_OPTIONS && first < 0x50
			       ? LB_REASON_IP_OPTIONS
			       : LB_REASON_BAD_IP_HEADER;
	length = bpf_ntohs(ip->tot_len);
	available = c->end - c->pos;
	if (length < sizeof(*ip) || length > available)
		return LB_REASON_BAD_IP_LENGTH;
	c->left = length - sizeof(*ip);
	c->pos = ip + 1;
	fragment = ip->frag_off & bpf_htons(LB_IPV4_FRAGMENT);
	if (fragment)
		return set_fragment(pkt, ip->id,
				    fragment & bpf_htons(LB_IPV4_OFFSET),
				    *is_icmp);
	return LB_PARSED;
}

static __always_inline _Bool is_extension(__u8 type)
{
	return type == LB_EXTENSION_HOP_BY_HOP ||
	       type == LB_EXTENSION_ROUTING || type == LB_EXTENSION_FRAGMENT ||
	       type == LB_EXTENSION_DESTINATION;
}

struct extensions {
	__u8 next; /* what comes after them */
	_Bool has_fragment;
	__be16 fragment;
	__be32 id;
};

/* One header of a type that is_extension(). */
static __always_inline enum lb_reason parse_extension(struct cursor *c,
						      struct extensions *ext)
{
	struct lb_extension *header = c->pos;
	__u32 length = sizeof(*header);

	if ((void *)(header + 1) > c->end)
		return LB_REASON_TRUNCATED;
	if (ext->next == LB_EXTENSION_FRAGMENT) {
		if (ext->has_fragment)
			return LB_REASON_EXTENSIONS;
		ext->has_fragment = 1;
		ext->fragment = header->fragment & bpf_htons(LB_IPV6_FRAGMENT);
		ext->id = header->id;
	} else {
		if (header->length >= LB_EXTENSION_LENGTH_MAX / 8)
			return LB_REASON_EXTENSIONS;
		/* Segments left: we are not its last destination. */
		if (ext->next == LB_EXTENSION_ROUTING &&
		    header->fragment & bpf_htons(0xff))
			return LB_REASON_EXTENSIONS;
		length += header->length * 8;
	}
	ext->next = header->next;
	c->pos += length;
	return LB_PARSED;
}

static __always_inline enum lb_reason walk_extensions(struct cursor *c,
						      struct extensions *ext)
{
	enum lb_reason reason;

#pragma clang loop unroll(disable)
	for (int i = 0; i <= LB_EXTENSIONS_MAX; i++) {
		if (!is_extension(ext->next))
			return LB_PARSED;
		/* Behind an offset there are no headers, only data. */
		if (ext->fragment & bpf_htons(LB_IPV6_OFFSET))
			return LB_REASON_FRAGMENT;
		if (i == LB_EXTENSIONS_MAX)
			break;
		reason = parse_extension(c, ext);
		if (reason != LB_PARSED)
			return reason;
	}
	return LB_REASON_EXTENSIONS;
}

static __always_inline enum lb_reason parse_extensions(struct cursor *c,
						       const struct packet *pkt,
						       struct extensions *ext)
{
	enum lb_reason reason;

	/* Most have none: cheaper on the host, longer on a card. */
	if (LB_VARIANT == LB_VARIANT_all &&
	    (ext->next == LB_IPPROTO_UDP || !is_extension(ext->next)))
		return LB_PARSED;
	reason = walk_extensions(c, ext);
	if (reason == LB_PARSED)
		c->pos = lb_forget(pkt->eth, c->pos, LB_EXTENSIONS_MASK);
	return reason;
}

static __always_inline enum lb_reason
parse_ipv6(struct cursor *c, struct packet *pkt, _Bool *is_icmp)
{
	struct lb_ipv6 *ip6 = c->pos;
	struct extensions ext = {};
	enum lb_reason reason;
	__u32 length, headers;

	if ((void *)(ip6 + 1) > c->end)
		return LB_REASON_TRUNCATED;
	pkt->ip6 = ip6;
	pkt->ipv6 = 1;
	pkt->source = ip6->source;
	if (*(__u8 *)ip6 >> 4 != 6)
		return LB_REASON_BAD_IP_HEADER;
	length = bpf_ntohs(ip6->length);
	ext.next = ip6->next;
	c->pos = ip6 + 1;
	reason = parse_extensions(c, pkt, &ext);
	if (reason != LB_PARSED)
		return reason;
	if (ext.next != LB_IPPROTO_UDP) {
		if (ext.next != LB_IPPROTO_ICMPV6 || !wants_icmp())
			return LB_REASON_NOT_UDP;
		*is_icmp = 1;
	}
	if (length > (__u32)(c->end - (void *)(ip6 + 1)))
		return LB_REASON_BAD_IP_LENGTH;
	/* Headers beyond the packet leave nothing for what follows them. */
	headers = c->pos - (void *)(ip6 + 1);
	c->left = length > headers ? length - headers : 0;
	if (ext.fragment)
		return set_fragment(pkt, ext.id,
				    ext.fragment & bpf_htons(LB_IPV6_OFFSET),
				    *is_icmp);
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
	/* The whole datagram's, of which a fragment has the beginning. */
	if (pkt->kind == KIND_FIRST && c->left >= sizeof(*udp) &&
	    length > c->left)
		length = c->left;
	if (length < sizeof(*udp) || length > c->left)
		return LB_REASON_BAD_UDP_LENGTH;
	pkt->l4 = udp;
	pkt->ports = *(__u32 *)udp;
	return LB_PARSED;
}

#endif
