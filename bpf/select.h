/* SPDX-License-Identifier: GPL-2.0-only */
/* From a packet of a service to the slot of the ring that owns it. */
#ifndef LB_SELECT_H
#define LB_SELECT_H

#include "find.h"

/*
 * Every input bit changes every output bit with a probability close to 1/2:
 * xor, shift and multiply with the constants 16-21f0aaad-15-735a2d97-15, found
 * by search (C. Wellons, hash-prospector, measured bias 0.107).
 */
static __always_inline __u32 hash_mix(__u32 h)
{
	h ^= h >> 16;
	h = lb_bound(h) * 0x21f0aaad;
	h ^= h >> 15;
	h = lb_bound(h) * 0x735a2d97;
	h ^= h >> 15;
	return h;
}

/*
 * The ports enter through a multiplication by an odd constant (2^32 divided by
 * the square of the golden ratio), so that neighbouring addresses and ports do
 * not cancel each other.
 * The destination address is not needed: a ring belongs to one VIP.
 */
static __always_inline __u32 hash_source(const struct packet *pkt, __u32 more)
{
	__u32 h = pkt->ipv6 ? lb_fold6(pkt->source) : source4(pkt);

	return hash_mix(h + lb_bound(more) * 0x61c88647);
}

/* What tells a datagram's flow from others; fragments have no more than this.
 */
static __always_inline __u32 flow_hash(const struct packet *pkt)
{
	return hash_source(pkt, is_fragment(pkt) ? 0 : ports(pkt));
}

static __always_inline __u32 select_slot(const struct packet *pkt,
					 const struct found *found)
{
	const __u32 balance = lb_balance(shape(found));
	__u32 hash;

	/* A first fragment that comes twice goes where it went. */
	if (feature(FOLLOW) && balance == LB_BALANCE_PACKET &&
	    pkt->kind == KIND_FIRST)
		hash = hash_source(pkt, pkt->fragment);
	else if (feature(SPRAY) && balance == LB_BALANCE_PACKET)
		hash = bpf_get_prandom_u32();
	else
		hash = hash_source(
			pkt, balance == LB_BALANCE_SOURCE ? 0 : ports(pkt));
	return ring_base(found) + (hash & lb_ring_mask(shape(found)));
}

#endif
