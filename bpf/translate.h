/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses and ports of one side become others: of a datagram, or of an ICMP
 * error and the datagram that it quotes, which went the other way.
 */
#ifndef LB_TRANSLATE_H
#define LB_TRANSLATE_H

#include "parse_icmp.h"
#include "rewrite.h"

/* What changed addresses add to the sums that cover them. */
struct sums {
	__u32 udp;
	__u32 icmp; /* of an error */
};

static __always_inline void translate4(const struct packet *pkt,
				       const struct change *change, _Bool error,
				       struct sums *sums)
{
	struct lb_quote4 *quote = pkt->l4;
	__be32 *outer = is_reply(change) ? &pkt->ip->saddr : &pkt->ip->daddr;
	__be32 *inner = is_reply(change) ? &quote->ip.daddr : &quote->ip.saddr;
	__be32 old = error ? *inner : *outer;
	__be32 address = change->target->address[3];
	__u32 diff = csum_diff32(old, address), header = 0;
	__u16 check, new_check;

	sums->udp = diff;
	if (feature(SNAT) && change->forward == LB_FORWARD_SNAT) {
		sums->udp += csum_diff32(pkt->ip->saddr, old);
		header = sums->udp - diff;
		pkt->ip->saddr = old;
	}
	/* A router on the way to the backend speaks for itself. */
	if (*outer == old) {
		*outer = address;
		header += diff;
	}
	rewrite_ipv4(pkt->ip, header);
	if (error) {
		*inner = address;
		check = quote->ip.check;
		new_check = csum_apply(check, diff);
		quote->ip.check = new_check;
		sums->icmp = diff + csum_diff16(check, new_check);
	}
}

/* ICMPv6 sums the outer addresses as well. */
static __always_inline void translate6(const struct packet *pkt,
				       const struct change *change, _Bool error,
				       struct sums *sums)
{
	struct lb_quote6 *quote = pkt->l4;
	__be32 *outer =
		is_reply(change) ? pkt->ip6->source : pkt->ip6->destination;
	__be32 *inner =
		is_reply(change) ? quote->ip.destination : quote->ip.source;
	_Bool same = 1;
	__u32 diff;

	sums->udp = 0;
	sums->icmp = 0;
	pkt->ip6->hop_limit--;
	if (feature(SNAT) && change->forward == LB_FORWARD_SNAT)
		sums->udp = replace6(pkt->ip6->source, pkt->ip6->destination);
	if (error) {
		same = same_address6(outer, inner);
		sums->udp = replace6(inner, change->target->address);
		sums->icmp = sums->udp;
	}
	if (!same)
		return;
	diff = replace6(outer, change->target->address);
	sums->icmp += diff;
	if (!error)
		sums->udp += diff;
}

static __always_inline struct udphdr *quoted_udp(const struct packet *pkt)
{
	struct lb_quote4 *quote4 = pkt->l4;
	struct lb_quote6 *quote6 = pkt->l4;

	return pkt->ipv6 ? &quote6->udp : &quote4->udp;
}

/*
 * No checksum stays no checksum (RFC 768; over IPv6 the right of tunnels, RFC
 * 6935, and what takes it decides), and a computed zero is sent as its other
 * representation, all ones.
 */
static __always_inline void translate_udp(struct udphdr *udp, __be16 *at,
					  __be16 port, struct sums *sums)
{
	__u16 check = udp->check, new_check;
	__u32 diff;

	if (port) {
		diff = csum_diff16(*at, port);
		sums->udp += diff;
		sums->icmp += diff;
		*at = port;
	}
	if (!check)
		return;
	new_check = csum_apply(check, sums->udp);
	if (!new_check)
		new_check = 0xffff;
	udp->check = new_check;
	sums->icmp += csum_diff16(check, new_check);
}

/* One side's address and port, and one hop less. */
static __always_inline void translate(const struct packet *pkt,
				      const struct change *change)
{
	_Bool error = feature(ICMP) && pkt->kind == KIND_ERROR;
	struct lb_icmp *icmp = pkt->l4;
	struct udphdr *udp;
	struct sums sums;

	sums.icmp = 0;
	if (pkt->ipv6)
		translate6(pkt, change, error, &sums);
	else
		translate4(pkt, change, error, &sums);
	if (wants_fragments() && pkt->kind == KIND_LATER)
		return;
	udp = error ? quoted_udp(pkt) : pkt->l4;
	translate_udp(udp,
		      is_reply(change) != error ? &udp->source : &udp->dest,
		      change->target->port, &sums);
	if (error)
		icmp->checksum = csum_apply(icmp->checksum, sums.icmp);
}

#endif
