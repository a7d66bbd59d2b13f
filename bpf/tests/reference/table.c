/* SPDX-License-Identifier: GPL-2.0-only */
#include <stddef.h>
#include <string.h>

#include "table.h"

/* One of the tables, and one of a packet. */
static bool is_address(struct ipaddr ours, bool is6, struct ipaddr address)
{
	return ipaddr_is4(ours) != is6 && ipaddr_equal(ours, address);
}

const struct fixture_service *reference_table_service(const struct fixture *f,
						      bool is6,
						      struct ipaddr address,
						      uint16_t port)
{
	const struct fixture_service *all_ports = NULL;

	for (size_t i = 0; i < f->n_services; i++) {
		const struct fixture_service *s = &f->services[i];

		if (!is_address(s->address, is6, address))
			continue;
		if (s->port == port)
			return s;
		if (!s->port)
			all_ports = s;
	}
	return all_ports;
}

const struct fixture_reply *reference_table_reply(const struct fixture *f,
						  bool is6,
						  struct ipaddr address,
						  uint16_t port)
{
	const struct fixture_reply *all_ports = NULL;

	for (size_t i = 0; i < f->n_replies; i++) {
		const struct fixture_reply *r = &f->replies[i];

		if (!is_address(r->address, is6, address))
			continue;
		if (r->port == port)
			return r;
		if (!r->port)
			all_ports = r;
	}
	return all_ports;
}

const struct fixture_service *
reference_table_vip(const struct fixture *f, bool is6, struct ipaddr address)
{
	for (size_t i = 0; i < f->n_services; i++)
		if (is_address(f->services[i].address, is6, address))
			return &f->services[i];
	return NULL;
}

static const struct fixture_reply *find_host(const struct fixture *f, bool is6,
					     struct ipaddr address)
{
	for (size_t i = 0; i < f->n_replies; i++)
		if (is_address(f->replies[i].address, is6, address))
			return &f->replies[i];
	return NULL;
}

/* All that the maps say of a service, but for its address and port. */
static bool is_same_service(const struct fixture_service *a,
			    const struct fixture_service *b)
{
	return a->base == b->base && a->mask == b->mask &&
	       a->balance == b->balance && a->forward == b->forward &&
	       a->filter == b->filter && a->deny == b->deny && a->id == b->id;
}

/* The service has its VIP for itself, and its packets need no ports. */
static bool takes_fragments(const struct fixture *f,
			    const struct fixture_service *s)
{
	for (size_t i = 0; i < f->n_services; i++) {
		const struct fixture_service *other = &f->services[i];

		if (ipaddr_equal(other->address, s->address) &&
		    !is_same_service(other, s))
			return false;
	}
	return s->balance == LB_BALANCE_SOURCE;
}

static bool is_same_reply(const struct fixture_reply *a,
			  const struct fixture_reply *b)
{
	return ipaddr_equal(a->vip, b->vip) && a->vip_port == b->vip_port &&
	       a->mac == b->mac && a->tell == b->tell;
}

static bool sends_fragments(const struct fixture *f,
			    const struct fixture_reply *r)
{
	for (size_t i = 0; i < f->n_replies; i++) {
		const struct fixture_reply *other = &f->replies[i];

		if (ipaddr_equal(other->address, r->address) &&
		    !is_same_reply(other, r))
			return false;
	}
	return true;
}

enum lb_reason reference_table_owner(const struct fixture *f,
				     const struct reference_packet *p,
				     const struct fixture_service **service,
				     const struct fixture_reply **reply)
{
	bool by_address = p->part == REFERENCE_LATER, known = true;

	*reply = NULL;
	*service = by_address ? reference_table_vip(f, p->is6, p->destination)
			      : reference_table_service(
					f, p->is6, p->destination, p->dport);
	if (!*service)
		*reply = by_address ? find_host(f, p->is6, p->source)
				    : reference_table_reply(
					      f, p->is6, p->source, p->sport);
	if (!*service && !*reply)
		return LB_REASON_NO_SERVICE;
	if (*service && reference_table_is_forged(f, *service, p))
		return LB_REASON_BAD_SOURCE;
	if (p->part == REFERENCE_LATER ||
	    (p->part == REFERENCE_FIRST &&
	     f->without & FIXTURE_FEATURE(FOLLOW)))
		known = *service ? takes_fragments(f, *service)
				 : sends_fragments(f, *reply);
	return known ? LB_PARSED : LB_REASON_FRAGMENT;
}

/* The first `length` bits of both are the same. */
static bool is_in_prefix(struct ipaddr address, struct ipaddr prefix,
			 unsigned int length)
{
	for (unsigned int i = 0; i < length; i++) {
		uint32_t differs = address.word[i / 32] ^ prefix.word[i / 32];

		if (differs & 1U << (31 - i % 32))
			return false;
	}
	return true;
}

bool reference_table_denies(const struct fixture *f,
			    const struct fixture_service *s,
			    struct ipaddr client)
{
	const struct fixture_prefix *longest = NULL;

	if (!s->filter)
		return false;
	for (size_t i = 0; i < f->n_prefixes; i++) {
		const struct fixture_prefix *p = &f->prefixes[i];
		unsigned int bits = p->length;

		if (ipaddr_is4(p->address))
			bits += 96;
		if (p->service != s->id ||
		    ipaddr_is4(p->address) != ipaddr_is4(s->address) ||
		    !is_in_prefix(client, p->address, bits))
			continue;
		if (!longest || p->length > longest->length)
			longest = p;
	}
	return longest ? longest->deny : s->deny;
}

bool reference_table_is_local(const struct fixture *f,
			      const struct fixture_backend *b)
{
	return b->local && !(f->without & FIXTURE_FEATURE(LOCAL));
}

bool reference_table_has_mac(const struct fixture *f, const uint8_t *frame)
{
	uint8_t mac[6];

	if (!f->macs[0] || f->without & FIXTURE_FEATURE(MACS))
		return true;
	for (int i = 0; i < LB_MACS && f->macs[i]; i++) {
		packet_put_mac(mac, f->macs[i]);
		if (!memcmp(mac, frame, sizeof(mac)))
			return true;
	}
	return false;
}

/* 0.0.0.0/8, 127.0.0.0/8, 224.0.0.0/4, 255.255.255.255 */
static bool is_nobodys4(uint32_t source)
{
	uint32_t first = source >> 24;

	return first == 0 || first == 127 || (first >= 224 && first < 240) ||
	       source == UINT32_MAX;
}

/* ff00::/8, ::/96, ::ffff:0:0/96 */
static bool is_nobodys6(struct ipaddr source)
{
	bool low = !source.word[0] && !source.word[1];

	return source.word[0] >> 24 == 0xff ||
	       (low && (source.word[2] == 0 || source.word[2] == 0xffff));
}

bool reference_table_is_nobody(bool is6, struct ipaddr address)
{
	return is6 ? is_nobodys6(address) : is_nobodys4(address.word[3]);
}

bool reference_table_is_forged(const struct fixture *f,
			       const struct fixture_service *s,
			       const struct reference_packet *p)
{
	const struct fixture_service *held =
		reference_table_vip(f, p->is6, p->source);

	if (f->without & FIXTURE_FEATURE(SOURCE) ||
	    s->forward == LB_FORWARD_OWN)
		return false;
	if (reference_table_is_nobody(p->is6, p->source))
		return true;
	return held && !held->direct;
}
