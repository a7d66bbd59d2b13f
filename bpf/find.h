/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose packet is it?  A bucket of an ARRAY answers nearly always, so that what
 * is not ours costs next to nothing; where several share a bucket, a HASH.
 */
#ifndef LB_FIND_H
#define LB_FIND_H

#include "packet.h"

static __always_inline void set_endpoint(struct lb_endpoint *key,
					 const struct packet *pkt,
					 const __be32 *address, __be32 address4,
					 __be16 port)
{
	set_address(key->address, pkt, address, address4);
	key->port = port;
	key->kind = has_ports(pkt) ? LB_KEY_PORT : LB_KEY_ADDRESS;
	key->ipv6 = pkt->ipv6;
}

/* address4: the same, of IPv4. */
static __always_inline __u32 find_bucket(const struct packet *pkt,
					 const __be32 *address, __be32 address4,
					 int bits)
{
	return pkt->ipv6 ? lb_bucket6(address, bits)
			 : lb_bucket4(address4, bits);
}

/*
 * entry: from a bucket of the packet's family; word: the last of its address,
 * and what follows.
 */
static __always_inline _Bool is_address(const struct packet *pkt,
					const __be32 *address, __be32 address4,
					const __be32 *entry, __u64 word)
{
	return pkt->ipv6 ? same_address6(entry, address)
			 : (__u32)word == address4;
}

/* The last word of an address in a bucket, and the one behind it. */
static __always_inline __u64 read_where(const void *address)
{
	return *(volatile __u64 *)(address + 12);
}

/*
 * A service, and its first two words where that is cheaper than to read them
 * again: the card's memory is slow, but so is its stack.
 */
struct found {
	struct lb_service *service;
	_Bool known;
	__u64 slots; /* if known: ring_base, shape above it */
};

static __always_inline void set_found(struct found *found,
				      const struct packet *pkt, void *service)
{
	found->service = service;
	found->known = pkt->plain;
	if (pkt->plain)
		found->slots = *(volatile __u64 *)service;
}

static __always_inline __u32 ring_base(const struct found *found)
{
	return found->known ? found->slots : found->service->ring_base;
}

static __always_inline __u32 shape(const struct found *found)
{
	return found->known ? lb_later(found->slots) >> 32
			    : found->service->shape;
}

/* bucket: what asks for it. */
static __always_inline struct lb_service *
ask_services(const struct packet *pkt, const struct found *bucket)
{
	struct lb_service *service;
	struct lb_endpoint key;

	set_endpoint(&key, pkt, destination(pkt), destination4(pkt),
		     destination_port(pkt));
	if (lb_ask(shape(bucket)) & LB_ASK_PORT || !has_ports(pkt)) {
		service = bpf_map_lookup_elem(&services, &key);
		if (service || !has_ports(pkt))
			return service;
	}
	if (!(lb_ask(shape(bucket)) & LB_ASK_ALL_PORTS))
		return NULL;
	key.port = 0;
	return bpf_map_lookup_elem(&services, &key);
}

static __always_inline struct lb_service *
look_up_service(const struct packet *pkt, union lb_index *index,
		struct found *found)
{
	struct lb_service *service;
	struct lb_vip *vip;
	__u64 where;
	__u16 port;

	index->bucket = find_bucket(pkt, destination(pkt), destination4(pkt),
				    LB_VIP_BITS);
	vip = bpf_map_lookup_elem(&vips, &index->bucket);
	if (!vip)
		return NULL;
	set_found(found, pkt, &vip->service);
	if ((shape(found) & (LB_SHAPE_HERE | LB_SHAPE_ASK)) != LB_SHAPE_HERE) {
		if (!lb_ask(shape(found)))
			return NULL;
		service = ask_services(pkt, found);
		if (service)
			set_found(found, pkt, service);
		return service;
	}
	where = read_where(vip);
	if (!is_address(pkt, destination(pkt), destination4(pkt), vip->address,
			where))
		return NULL;
	if (has_ports(pkt)) {
		port = bpf_ntohs(destination_port(pkt));
		if (port < (__u16)(where >> 32) || port > where >> 48)
			return NULL;
	}
	return &vip->service;
}

/*
 * The VIP's own entry for this port, or the one for all its ports.  That there
 * is none is told by the same pointer that is used if there is: one register.
 */
static __always_inline struct found find_service(const struct packet *pkt,
						 union lb_index *index)
{
	struct found found;

	found.service = look_up_service(pkt, index, &found);
	return found;
}

static __always_inline struct lb_target *ask_replies(const struct packet *pkt,
						     __u16 ask)
{
	struct lb_endpoint key;
	struct lb_target *reply;

	set_endpoint(&key, pkt, pkt->source, source4(pkt), source_port(pkt));
	if (ask & LB_ASK_PORT || !has_ports(pkt)) {
		reply = bpf_map_lookup_elem(&replies, &key);
		if (reply || !has_ports(pkt))
			return reply;
	}
	if (!(ask & LB_ASK_ALL_PORTS))
		return NULL;
	key.port = 0;
	return bpf_map_lookup_elem(&replies, &key);
}

/* Where the answers of this backend come from, as its clients see it. */
static __always_inline struct lb_target *find_reply(const struct packet *pkt,
						    union lb_index *index)
{
	struct lb_host *host;
	__u64 where;
	__u16 port, ask;

	index->bucket =
		find_bucket(pkt, pkt->source, source4(pkt), LB_HOST_BITS);
	host = bpf_map_lookup_elem(&hosts, &index->bucket);
	if (!host)
		return NULL;
	where = read_where(host);
	ask = where >> 48;
	if (ask != LB_ASK_HERE)
		return ask ? ask_replies(pkt, ask) : NULL;
	if (!is_address(pkt, pkt->source, source4(pkt), host->address, where))
		return NULL;
	port = where >> 32;
	if (port && has_ports(pkt) && port != source_port(pkt))
		return NULL;
	return &host->reply;
}

#endif
