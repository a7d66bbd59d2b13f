/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Changes to a packet, with its checksums kept right by RFC 1624, equation 3:
 * HC' = ~(~HC + ~m + m').  Sums stay unfolded in 32 bits until the end; a dozen
 * 16-bit words cannot overflow them.
 */
#ifndef LB_REWRITE_H
#define LB_REWRITE_H

/* What replacing a 32-bit word adds to a sum, ~m + m' for both its halves. */
static __always_inline __u32 csum_diff32(__be32 from, __be32 to)
{
	from = ~from;
	return (from & 0xffff) + (from >> 16) + (to & 0xffff) + (to >> 16);
}

static __always_inline __u32 csum_diff16(__be16 from, __be16 to)
{
	return (from ^ 0xffffU) + to;
}

/* The checksum field after `diff` has been added to what it covers. */
static __always_inline __u16 csum_apply(__u16 check, __u32 diff)
{
	__u32 sum = (check ^ 0xffffU) + diff;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum ^ 0xffff;
}

/*
 * What is to happen to a packet: decided first, then done in one place, for
 * both directions.
 */
struct change {
	struct lb_target *target;
	__be32 *address;		/* in the packet; NULL: only the MACs */
	__be16 *port;			/* in the packet */
	__be32 new_source;		/* 0: as it is */
};

/* The frame leaves from the address it was sent to. */
static __always_inline void rewrite_macs(struct lb_ethernet *eth,
					 const struct lb_target *target)
{
	*(__u32 *)eth->from = *(__u32 *)eth->to;
	*(__u16 *)(eth->from + 4) = *(__u16 *)(eth->to + 4);
	*(__u32 *)eth->to = *(__u32 *)target->mac;
	*(__u16 *)(eth->to + 4) = *(__u16 *)(target->mac + 4);
}

/*
 * No checksum stays no checksum (RFC 768; allowed on IPv4 only), and a
 * computed zero is sent as its other representation, all ones.
 */
static __always_inline void rewrite_udp_check(struct udphdr *udp, __u32 diff)
{
	__u16 check = udp->check;

	if (!check)
		return;
	check = csum_apply(check, diff);
	udp->check = check ? check : 0xffff;
}

/* One side's address and port, and one hop less. */
static __always_inline void rewrite_l3(const struct packet *pkt,
				       const struct change *change)
{
	__be32 address = change->target->address;
	__be16 port = change->target->port;
	__u32 diff = csum_diff32(*change->address, address);

	if (change->new_source) {
		diff += csum_diff32(pkt->ip->saddr, change->new_source);
		pkt->ip->saddr = change->new_source;
	}
	*change->address = address;
	/* 0x0100 less in the word of TTL and protocol: add its complement. */
	pkt->ip->check = csum_apply(pkt->ip->check, diff + bpf_htons(0xfeff));
	pkt->ip->ttl--;
	if (port) {
		diff += csum_diff16(*change->port, port);
		*change->port = port;
	}
	rewrite_udp_check(pkt->udp, diff);
}

#endif
