/* SPDX-License-Identifier: GPL-2.0-only */
/* From a packet of a service to the slot of the ring that owns it. */
#ifndef LB_SELECT_H
#define LB_SELECT_H

/*
 * Before Linux 6.8 the verifier knows nothing of the result of an exclusive or
 * with a variable (adjust_scalar_min_max_vals()), and the card multiplies only
 * what is known to fit 32 bits.  A 32-bit move to itself tells it again.
 */
#define bound_u32(x) asm volatile("%0 = %0" : "+w"(x))

/*
 * Every input bit changes every output bit with a probability close to 1/2:
 * xor, shift and multiply with the constants 16-21f0aaad-15-735a2d97-15, found
 * by search (C. Wellons, hash-prospector, measured bias 0.107).
 */
static __always_inline __u32 hash_mix(__u32 h)
{
	h ^= h >> 16;
	bound_u32(h);
	h *= 0x21f0aaad;
	h ^= h >> 15;
	bound_u32(h);
	h *= 0x735a2d97;
	h ^= h >> 15;
	return h;
}

/*
 * The ports enter through a multiplication by an odd constant (2^32 divided by
 * the square of the golden ratio), so that neighbouring addresses and ports do
 * not cancel each other.
 * The destination address is not needed: a ring belongs to one VIP.
 */
static __always_inline __u32 flow_hash(const struct packet *pkt, __u8 balance)
{
	__u32 ports, h = pkt->ip->saddr;

	if (balance == LB_BALANCE_FLOW) {
		ports = *(__u32 *)pkt->udp;
		h += ports * 0x61c88647;
	}
	return hash_mix(h);
}

static __always_inline __u32 select_slot(const struct packet *pkt,
					 const struct lb_service *service)
{
	__u32 hash;

	if (service->balance == LB_BALANCE_PACKET)
		hash = bpf_get_prandom_u32();
	else
		hash = flow_hash(pkt, service->balance);
	return service->ring_base + (hash & service->ring_mask);
}

#endif
