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
					 const __be32 *address, __be16 port)
{
	set_address(key->address, pkt, address);
	key->port = port;
	key->kind = has_ports(pkt) ? LB_KEY_PORT : LB_KEY_ADDRESS;
	key->ipv6 = pkt->ipv6;
}

static __always_inline __u32 find_bucket(const struct packet *pkt,
					 const __be32 *address, int bits)
{
	return pkt->ipv6 ? lb_bucket6(address, bits) :
			   lb_bucket4(*address, bits);
}

/*
 * entry: from a bucket of the packet's family.  An empty bucket is all zero,
 * which an address on the wire may be as well.
 */
static __always_inline _Bool is_address(const struct packet *pkt,
					const __be32 *address,
					const __be32 *entry)
{
	const __u64 *words = (const __u64 *)entry;

	if (pkt->ipv6)
		return same_address6(entry, address) && words[0] | words[1];
	return entry[3] == *address && entry[2];
}

static __always_inline struct lb_service *ask_services(const struct packet *pkt,
						       __u32 ask)
{
	struct lb_service *service;
	struct lb_endpoint key;

	set_endpoint(&key, pkt, destination(pkt), destination_port(pkt));
	if (ask & LB_ASK_PORT || !has_ports(pkt)) {
		service = bpf_map_lookup_elem(&services, &key);
		if (service || !has_ports(pkt))
			return service;
	}
	if (!(ask & LB_ASK_ALL_PORTS))
		return NULL;
	key.port = 0;
	return bpf_map_lookup_elem(&services, &key);
}

/* The VIP's own entry for this port, or the one for all its ports. */
static __always_inline struct lb_service *find_service(const struct packet *pkt,
						       __u32 *key)
{
	struct lb_vip *vip;
	__u16 port;

	*key = find_bucket(pkt, destination(pkt), LB_VIP_BITS);
	vip = bpf_map_lookup_elem(&vips, key);
	if (!vip)
		return NULL;
	if (vip->ask)
		return ask_services(pkt, vip->ask);
	if (!is_address(pkt, destination(pkt), vip->address))
		return NULL;
	if (has_ports(pkt)) {
		port = bpf_ntohs(destination_port(pkt));
		if (port < vip->first || port > vip->last)
			return NULL;
	}
	return &vip->service;
}

static __always_inline struct lb_target *ask_replies(const struct packet *pkt,
						     __u16 ask)
{
	struct lb_endpoint key;
	struct lb_target *reply;

	set_endpoint(&key, pkt, pkt->source, source_port(pkt));
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
						    __u32 *key)
{
	struct lb_host *host;

	*key = find_bucket(pkt, pkt->source, LB_HOST_BITS);
	host = bpf_map_lookup_elem(&hosts, key);
	if (!host)
		return NULL;
	if (host->ask)
		return ask_replies(pkt, host->ask);
	if (!is_address(pkt, pkt->source, host->address))
		return NULL;
	if (host->port && has_ports(pkt) && host->port != source_port(pkt))
		return NULL;
	return &host->reply;
}

#endif
