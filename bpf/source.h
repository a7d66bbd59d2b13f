/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who cannot have sent a packet, and to whom it was not sent.  On the host
 * only: a card would pay a look-up for each packet.
 */
#ifndef LB_SOURCE_H
#define LB_SOURCE_H

#include "find.h"

/*
 * As ip_route_input_slow() of net/ipv4/route.c has it, and all of 0.0.0.0/8
 * (RFC 1812, 5.3.7).  Class E is somebody's by now.
 */
static __always_inline _Bool is_martian4(__be32 source)
{
	const __be32 net = source & bpf_htonl(0xff000000);

	return !net || net == bpf_htonl(0x7f000000) ||
	       (source & bpf_htonl(0xf0000000)) == bpf_htonl(0xe0000000) ||
	       source == bpf_htonl(0xffffffff);
}

/* ::/96 has :: and ::1; ::ffff:0:0/96 is never on a wire (RFC 4942, 2.2). */
static __always_inline _Bool is_martian6(const __be32 *source)
{
	if ((source[0] & bpf_htonl(0xff000000)) == bpf_htonl(0xff000000))
		return 1;
	return !(source[0] | source[1]) &&
	       (!source[2] || source[2] == bpf_htonl(0xffff));
}

/* A VIP or an address of this host, which nobody else sends from. */
static __always_inline _Bool is_held(const struct packet *pkt,
				     const __be32 *source, __be32 source4,
				     union lb_index *index)
{
	struct lb_service *service;
	struct lb_endpoint key;
	struct lb_vip *vip;

	index->bucket = find_bucket(pkt, source, source4, LB_VIP_BITS);
	vip = bpf_map_lookup_elem(&vips, &index->bucket);
	if (!vip)
		return 0;
	service = &vip->service;
	if (!lb_ask(service->shape))
		return service->shape & LB_SHAPE_HERE &&
		       !(service->flags & LB_SERVICE_DIRECT) &&
		       is_address(pkt, source, source4, vip->address,
				  read_where(vip));
	set_address(key.address, pkt, source, source4);
	key.port = 0;
	key.kind = LB_KEY_ADDRESS;
	key.ipv6 = pkt->ipv6;
	service = bpf_map_lookup_elem(&services, &key);
	return service && !(service->flags & LB_SERVICE_DIRECT);
}

/* The packet's own source; that of an error is not its flow's client. */
static __always_inline _Bool is_forged(const struct packet *pkt,
				       union lb_index *index)
{
	const __be32 *source = pkt->ipv6 ? pkt->ip6->source : &pkt->ip->saddr;
	const __be32 source4 =
		pkt->plain ? (__u32)pkt->addresses : pkt->ip->saddr;

	if (pkt->ipv6 ? is_martian6(source) : is_martian4(source4))
		return 1;
	return is_held(pkt, source, source4, index);
}

/* A port that listens to everything sees frames for others, too. */
static __always_inline _Bool is_for_others(const struct packet *pkt,
					   union lb_index *index)
{
	const __u64 to = *(volatile __u64 *)pkt->eth << 16;
	struct lb_macs *known;

	index->row = 0;
	known = bpf_map_lookup_elem(&macs, &index->row);
	if (!known || !known->mac[0])
		return 0;
#pragma unroll
	for (int i = 0; i < LB_MACS; i++)
		if (known->mac[i] == to)
			return 0;
	return 1;
}

#endif
