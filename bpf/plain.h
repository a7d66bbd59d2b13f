/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The packet that comes a million times a second: a whole IPv4 datagram without
 * tags and options.  It has a copy of the pipeline of its own, in which nothing
 * asks any more what it is.
 *
 * Its headers are read all at once, and so is what is written into them.  Each
 * access to a packet makes a card's thread wait, and the card's JIT makes one
 * access of several only if they are reads through one pointer with no target
 * of a jump between them (nfp_bpf_opt_pkt_cache() of its jit.c).
 */
#ifndef LB_PLAIN_H
#define LB_PLAIN_H

#include "parse.h"
#include "rewrite.h"

/* Where in Ethernet, IPv4 and UDP. */
#define PLAIN_TYPE	12
#define PLAIN_VERSION	14
#define PLAIN_LENGTH	16
#define PLAIN_FRAGMENT	20 /* flags and offset, TTL, protocol */
#define PLAIN_TTL	22 /* protocol, checksum */
#define PLAIN_ADDRESSES 26
#define PLAIN_PORTS	34
#define PLAIN_UDP	38 /* length, checksum */
#define PLAIN_END	42

#define PLAIN_BYTE(data, at)   (*(volatile __u8 *)((data) + (at)))
#define PLAIN_HALF(data, at)   (*(volatile __u16 *)((data) + (at)))
#define PLAIN_WORD(data, at)   (*(volatile __u32 *)((data) + (at)))
#define PLAIN_DOUBLE(data, at) (*(volatile __u64 *)((data) + (at)))

/* False: let parse_packet() say what it is. */
static __always_inline _Bool parse_plain(struct xdp_md *ctx, struct packet *pkt)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__u32 length, ip_length, fragment, is_group;
	__u64 addresses;

	if (data + PLAIN_END > end)
		return 0;
	is_group = PLAIN_BYTE(data, 0) & 1;
	addresses = PLAIN_DOUBLE(data, PLAIN_ADDRESSES);
	pkt->ports_length = PLAIN_WORD(data, PLAIN_PORTS) | (__u64)(end - data)
								    << 32;
	fragment = PLAIN_WORD(data, PLAIN_FRAGMENT);
	if (PLAIN_HALF(data, PLAIN_TYPE) != bpf_htons(ETH_P_IP) ||
	    PLAIN_BYTE(data, PLAIN_VERSION) != LB_IPV4_NO_OPTIONS ||
	    (fragment & bpf_htonl(LB_IPV4_FRAGMENT << 16 | 0xff)) !=
		    bpf_htonl(LB_IPPROTO_UDP) ||
	    is_group)
		return 0;
	ip_length = bpf_ntohs(PLAIN_HALF(data, PLAIN_LENGTH));
	length = bpf_ntohs(PLAIN_HALF(data, PLAIN_UDP));
	if (length < sizeof(struct udphdr) ||
	    length + sizeof(struct iphdr) > ip_length ||
	    ip_length + sizeof(struct lb_ethernet) > (__u32)(end - data))
		return 0;
	pkt->ipv6 = 0;
	pkt->kind = KIND_DATAGRAM;
	pkt->plain = 1;
	pkt->addresses = addresses;
	pkt->eth = data;
	pkt->ip = data + sizeof(struct lb_ethernet);
	pkt->source = &pkt->ip->saddr;
	pkt->l4 = pkt->ip + 1;
	return 1;
}

/* What replacing addresses adds to the sums. */
static __always_inline __u32 replace_plain(__be32 *source, __be32 *destination,
					   const struct change *change)
{
	__be32 with = change->target->address[3], vip = *destination;
	__u32 diff;

	if (is_reply(change)) {
		diff = csum_diff32(*source, with);
		*source = with;
		return diff;
	}
	diff = csum_diff32(vip, with);
	*destination = with;
	if (feature(SNAT) && change->forward == LB_FORWARD_SNAT) {
		diff += csum_diff32(*source, vip);
		*source = vip;
	}
	return diff;
}

/* udp: a UDP header; returns what it becomes, as translate_udp() does it. */
static __always_inline __u64 translate_plain_udp(__u64 udp, __be16 port,
						 const struct change *change,
						 __u32 diff)
{
	__u32 check;

	if (port && is_reply(change)) {
		diff += csum_diff16(udp, port);
		udp = udp >> 16 << 16 | port;
	} else if (port) {
		diff += csum_diff16(udp >> 16, port);
		udp = (udp & ~0xffff0000ULL) | (__u64)port << 16;
	}
	check = udp >> 48;
	if (!check)
		return udp;
	check = csum_apply(check, diff);
	return udp << 16 >> 16 | (__u64)(check ? check : 0xffff) << 48;
}

/*
 * As translate() and rewrite_macs(), but everything is read before anything is
 * written.
 */
static __always_inline enum lb_reason
translate_plain(const struct packet *pkt, const struct change *change)
{
	void *data = pkt->eth;
	const void *target = change->target;
	__u64 to = PLAIN_DOUBLE(data, 0);
	__u32 ttl = PLAIN_WORD(data, PLAIN_TTL), diff, check;
	__u64 addresses = PLAIN_DOUBLE(data, PLAIN_ADDRESSES);
	__u64 udp = PLAIN_DOUBLE(data, PLAIN_PORTS);
	__u64 hop = *(volatile __u64 *)target;
	__be32 source = addresses, destination = addresses >> 32;

	if ((__u8)ttl <= 1)
		return LB_REASON_TTL_EXPIRED;
	write_macs(data, to, hop);
	diff = replace_plain(&source, &destination, change);
	PLAIN_DOUBLE(data, PLAIN_ADDRESSES) = (__u64)destination << 32 | source;
	/* As rewrite_ipv4(): 0x0100 less in the word of TTL and protocol. */
	check = csum_apply(ttl >> 16, diff + bpf_htons(0xfeff));
	PLAIN_WORD(data, PLAIN_TTL) =
		((ttl - 1) & 0xffff) | (__u32)lb_later(check) << 16;
	PLAIN_DOUBLE(data, PLAIN_PORTS) =
		translate_plain_udp(udp, hop >> 48, change, diff);
	return is_reply(change) ? LB_REASON_REPLIED : LB_REASON_FORWARDED;
}

#endif
