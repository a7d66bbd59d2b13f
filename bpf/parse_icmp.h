/* SPDX-License-Identifier: GPL-2.0-only */
/* ICMP: an echo request, or an error with the packet that it is about. */
#ifndef LB_PARSE_ICMP_H
#define LB_PARSE_ICMP_H

#include "parse.h"

#define LB_ICMP_ECHOREPLY	  0 /* RFC 792 */
#define LB_ICMP_UNREACHABLE	  3
#define LB_ICMP_PORT_UNREACHABLE  3 /* its codes */
#define LB_ICMP_FRAG_NEEDED	  4
#define LB_ICMP_ECHO		  8
#define LB_ICMP_TIME_EXCEEDED	  11
#define LB_ICMP_PARAMETER_PROBLEM 12

#define LB_ICMPV6_ERROR_FIRST 1 /* RFC 4443: destination unreachable */
#define LB_ICMPV6_ERROR_LAST  4 /* parameter problem */
#define LB_ICMPV6_UNREACHABLE 1
#define LB_ICMPV6_PORT	      4 /* its code: port unreachable */
#define LB_ICMPV6_TOO_BIG     2
#define LB_ICMPV6_EXCEEDED    3
#define LB_ICMPV6_ECHO	      128
#define LB_ICMPV6_ECHOREPLY   129

/* What an ICMP error quotes: at least so much of it (RFC 792, RFC 4443). */
struct lb_quote4 {
	struct lb_icmp icmp;
	struct iphdr ip;
	struct udphdr udp;
};

struct lb_quote6 {
	struct lb_icmp icmp;
	struct lb_ipv6 ip;
	struct udphdr udp;
};

static __always_inline _Bool is_error(const struct packet *pkt, __u8 type)
{
	if (pkt->ipv6)
		return type >= LB_ICMPV6_ERROR_FIRST &&
		       type <= LB_ICMPV6_ERROR_LAST;
	return type == LB_ICMP_UNREACHABLE || type == LB_ICMP_TIME_EXCEEDED ||
	       type == LB_ICMP_PARAMETER_PROBLEM;
}

/* The other way round: the error comes back to who sent what it quotes. */
static __always_inline __u32 swap_ports(__u32 ports)
{
	return ports >> 16 | ports << 16;
}

static __always_inline enum lb_reason parse_quote4(struct cursor *c,
						   struct packet *pkt)
{
	struct lb_quote4 *quote = c->pos;

	if ((void *)(quote + 1) > c->end || c->left < sizeof(*quote))
		return LB_REASON_ICMP;
	if (*(__u8 *)&quote->ip != LB_IPV4_NO_OPTIONS ||
	    quote->ip.protocol != LB_IPPROTO_UDP ||
	    quote->ip.frag_off & bpf_htons(LB_IPV4_OFFSET))
		return LB_REASON_ICMP;
	if (quote->ip.saddr != pkt->ip->daddr)
		return LB_REASON_ICMP;
	pkt->source = &quote->ip.daddr;
	pkt->ports = swap_ports(*(__u32 *)&quote->udp);
	return LB_PARSED;
}

static __always_inline enum lb_reason parse_quote6(struct cursor *c,
						   struct packet *pkt)
{
	struct lb_quote6 *quote = c->pos;

	if ((void *)(quote + 1) > c->end || c->left < sizeof(*quote))
		return LB_REASON_ICMP;
	if (*(__u8 *)&quote->ip >> 4 != 6 || quote->ip.next != LB_IPPROTO_UDP)
		return LB_REASON_ICMP;
	if (!same_address6(quote->ip.source, pkt->ip6->destination))
		return LB_REASON_ICMP;
	pkt->source = quote->ip.destination;
	pkt->ports = swap_ports(*(__u32 *)&quote->udp);
	return LB_PARSED;
}

static __always_inline enum lb_reason parse_icmp(struct cursor *c,
						 struct packet *pkt)
{
	struct lb_icmp *icmp = c->pos;
	__u8 echo = pkt->ipv6 ? LB_ICMPV6_ECHO : LB_ICMP_ECHO;

	if ((void *)(icmp + 1) > c->end || c->left < sizeof(*icmp))
		return LB_REASON_ICMP;
	pkt->l4 = icmp;
	if (feature(ECHO) && icmp->type == echo && !icmp->code) {
		pkt->kind = KIND_ECHO;
		return LB_PARSED;
	}
	if (!feature(ICMP) || !is_error(pkt, icmp->type))
		return LB_REASON_ICMP;
	pkt->kind = KIND_ERROR;
	return pkt->ipv6 ? parse_quote6(c, pkt) : parse_quote4(c, pkt);
}

static __always_inline enum lb_reason parse_ip(struct cursor *c,
					       struct packet *pkt)
{
	enum lb_reason reason;
	_Bool is_icmp = 0;
	__be16 type;

	reason = parse_ethernet(c, pkt, &type);
	if (reason != LB_PARSED)
		return reason;
	pkt->ipv6 = 0;
	pkt->kind = KIND_DATAGRAM;
	pkt->ports = 0;
	if (type == bpf_htons(ETH_P_IP))
		reason = parse_ipv4(c, pkt, &is_icmp);
	else if (type == bpf_htons(ETH_P_IPV6) && feature(IPV6))
		reason = parse_ipv6(c, pkt, &is_icmp);
	else
		reason = LB_REASON_NOT_IP;
	if (reason != LB_PARSED)
		return reason;
	if (wants_fragments() && pkt->kind == KIND_LATER)
		return LB_PARSED;
	return is_icmp ? parse_icmp(c, pkt) : parse_udp(c, pkt);
}

/* Fills *pkt, or says why this is no packet to balance. */
static __always_inline enum lb_reason parse_packet(struct cursor *c,
						   struct packet *pkt)
{
	enum lb_reason reason = parse_ip(c, pkt);

	if (reason != LB_PARSED && reason != LB_REASON_ICMP)
		return reason;
	/* The first bit on the wire: a group address, not a neighbour's. */
	return pkt->eth->to[0] & 1 ? LB_REASON_NOT_UNICAST : reason;
}

#endif
