/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Changes to a packet, with its checksums kept right by RFC 1624, equation 3:
 * HC' = ~(~HC + ~m + m').  Sums of 16-bit words stay unfolded in 32 bits until
 * the end; a few dozen cannot overflow them.
 */
#ifndef LB_REWRITE_H
#define LB_REWRITE_H

#include "packet.h"

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

/* A sum of many 32-bit words as one of 16-bit words (RFC 1071, 2(B)). */
static __always_inline __u32 csum_narrow(__u64 sum)
{
	return (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
}

static __always_inline __u16 csum_fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return sum + (sum >> 16);
}

/* The checksum field after `diff` has been added to what it covers. */
static __always_inline __u16 csum_apply(__u16 check, __u32 diff)
{
	return csum_fold((check ^ 0xffffU) + diff) ^ 0xffff;
}

/*
 * What is to happen to a packet: decided first, then done in one place, for
 * both directions.
 */
struct change {
	struct lb_target *target;
	__u8 forward; /* enum lb_forward, or FORWARD_REPLY */
	_Bool tell;   /* where there is no target: its sender wants to know */
};

/* As NAT, but it is the source that changes. */
#define FORWARD_REPLY 8

static __always_inline _Bool is_reply(const struct change *change)
{
	return change->forward == FORWARD_REPLY;
}

static __always_inline _Bool is_tunnel(const struct change *change)
{
	return change->forward == LB_FORWARD_IPIP ||
	       change->forward == LB_FORWARD_GUE;
}

/*
 * The frame leaves from the address it was sent to.  to: its first eight bytes;
 * hop: a target's.
 */
static __always_inline void write_macs(void *eth, __u64 to, __u64 hop)
{
	*(volatile __u64 *)eth = hop << 16 >> 16 | to << 48;
	*(volatile __u32 *)(eth + 8) = to >> 16;
}

static __always_inline void rewrite_macs(void *eth, const void *target)
{
	write_macs(eth, *(volatile __u64 *)eth, *(volatile __u64 *)target);
}

static __always_inline __u8 hops_left(const struct packet *pkt)
{
	return pkt->ipv6 ? pkt->ip6->hop_limit : pkt->ip->ttl;
}

/* Returns what that adds to a sum. */
static __always_inline __u32 replace6(__be32 *address, const __be32 *with)
{
	__u64 sum = 0;

#pragma unroll
	for (int i = 0; i < 4; i++) {
		__be32 word = with[i];

		sum += ~address[i];
		sum += word;
		address[i] = word;
	}
	return csum_narrow(sum);
}

/* One hop less, and the header checksum that goes with it and with `diff`. */
static __always_inline void rewrite_ipv4(struct iphdr *ip, __u32 diff)
{
	/* 0x0100 less in the word of TTL and protocol: add its complement. */
	ip->check = csum_apply(ip->check, diff + bpf_htons(0xfeff));
	ip->ttl--;
}

static __always_inline void rewrite_ttl(const struct packet *pkt)
{
	if (pkt->ipv6)
		pkt->ip6->hop_limit--;
	else
		rewrite_ipv4(pkt->ip, 0);
}

#endif
