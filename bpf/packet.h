/* SPDX-License-Identifier: GPL-2.0-only */
/* A frame as the pipeline sees it, and the headers it is made of. */
#ifndef LB_PACKET_H
#define LB_PACKET_H

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>

#define LB_IPPROTO_ICMP	  1 /* netinet/in.h is not for BPF */
#define LB_IPPROTO_IPIP	  4
#define LB_IPPROTO_UDP	  17
#define LB_IPPROTO_IPV6	  41
#define LB_IPPROTO_ICMPV6 58

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

/* linux/ipv6.h's has bit fields, and its addresses are not words. */
struct lb_ipv6 {
	__be32 flow;   /* version, traffic class, flow label */
	__be16 length; /* of what follows */
	__u8 next;
	__u8 hop_limit;
	__be32 source[4];
	__be32 destination[4];
};

/* linux/icmp.h is not for BPF; ICMPv6 looks the same. */
struct lb_icmp {
	__u8 type;
	__u8 code;
	__u16 checksum;
	__be32 rest;
};

/* What is behind the IP header. */
enum packet_kind {
	KIND_DATAGRAM = 0, /* a whole one */
	KIND_FIRST,	   /* its first fragment, which has the ports */
	KIND_LATER,	   /* another fragment */
	KIND_ERROR,	   /* an ICMP error about a datagram */
	KIND_ECHO,	   /* an ICMP echo request */
	KIND_MALFORMED,	   /* only its addresses are known */
};

/*
 * What an ARRAY is asked for, one after the other: the same four bytes of
 * stack, since a card's is cheap in few words only.  In the end, what is
 * counted.
 */
union lb_index {
	__u32 bucket;  /* of vips, hosts */
	__u32 slot;    /* of ring */
	__u32 backend; /* of backends, backend_stats */
	__u32 reason;  /* of reason_stats */
	__u32 row;     /* of filters, quic_configs, tunnels */
};

/*
 * The flow is that of the datagram; that of an ICMP error is the datagram's
 * which it answers.  What can be read again from the headers is not kept: on
 * the way to where it is needed it would only be in the way.
 */
struct packet {
	struct lb_ethernet *eth;
	_Bool ipv6;
	union {
		struct iphdr *ip;
		struct lb_ipv6 *ip6;
	};
	void *l4; /* struct udphdr or lb_icmp; not in LATER */
	enum packet_kind kind;
	__be32 fragment;    /* of a fragment: the id, of IPv4 in two bytes */
	__be32 *source;	    /* address of the flow's client */
	__u32 ports;	    /* as in the UDP header; 0 if there are none */
	_Bool plain;	    /* as plain.h says; then there is also: */
	__u64 addresses;    /* source and destination, as they stand there */
	__u64 ports_length; /* ports, too, and the frame's length above them */
};

/*
 * Keeps clang from computing something before it is needed, to be remembered
 * until then: on a card's stack, that costs more than doing it again.
 */
#define lb_later(x)                                                            \
	({                                                                     \
		__u64 later_ = (x);                                            \
		asm volatile("" : "+r"(later_));                               \
		later_;                                                        \
	})

/* IPv4 addresses, without another look at the packet where it is plain. */
static __always_inline __be32 destination4(const struct packet *pkt)
{
	return pkt->plain ? lb_later(pkt->addresses) >> 32 : pkt->ip->daddr;
}

static __always_inline __be32 source4(const struct packet *pkt)
{
	return pkt->plain ? (__u32)pkt->addresses : *pkt->source;
}

/* The VIP, or where a reply goes; of errors too, for which it is the same. */
static __always_inline __be32 *destination(const struct packet *pkt)
{
	return pkt->ipv6 ? pkt->ip6->destination : &pkt->ip->daddr;
}

/* Of the IP packet; the frame may be longer. */
static __always_inline __u32 ip_length(const struct packet *pkt)
{
	if (pkt->ipv6)
		return sizeof(*pkt->ip6) + bpf_ntohs(pkt->ip6->length);
	return bpf_ntohs(pkt->ip->tot_len);
}

static __always_inline __u32 ports(const struct packet *pkt)
{
	return pkt->plain ? lb_later(pkt->ports_length) : pkt->ports;
}

static __always_inline __be16 source_port(const struct packet *pkt)
{
	return (__u16)ports(pkt);
}

static __always_inline __be16 destination_port(const struct packet *pkt)
{
	return ports(pkt) >> 16;
}

static __always_inline _Bool has_ports(const struct packet *pkt)
{
	return pkt->kind != KIND_LATER && pkt->kind < KIND_ECHO;
}

static __always_inline _Bool is_fragment(const struct packet *pkt)
{
	return pkt->kind == KIND_FIRST || pkt->kind == KIND_LATER;
}

/* An address of the packet's as four words: ::ffff:a.b.c.d or IPv6. */
static __always_inline void set_address(__be32 to[4], const struct packet *pkt,
					const __be32 *address, __be32 address4)
{
	if (pkt->ipv6) {
		to[0] = address[0];
		to[1] = address[1];
		to[2] = address[2];
		to[3] = address[3];
	} else {
		to[0] = 0;
		to[1] = 0;
		to[2] = bpf_htonl(0xffff);
		to[3] = address4;
	}
}

static __always_inline _Bool same_address6(const void *a, const void *b)
{
	const __u64 *x = a, *y = b;

	return x[0] == y[0] && x[1] == y[1];
}

#endif
