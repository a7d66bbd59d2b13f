/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "world_packet.h"
#include "world_pool.h"

#define below  world_random
#define one_in world_pool_one_in

#define QUIC_LENGTH    20
#define MORE_FRAGMENTS 0x2000
#define MTU_SIZED      1400
#define IDS	       2 /* of fragments, so that they meet */

/* A packet and what it points to, and the tables it is for. */
struct parcel {
	const struct fixture *fixture;
	struct packet packet, embedded;
	uint8_t quic[QUIC_LENGTH];
};

static uint8_t random_byte(void)
{
	return (uint8_t)world_pool_next();
}

static uint16_t random_payload(void)
{
	return (uint16_t)below(one_in(4) ? MTU_SIZED : 64);
}

/* A destination that is served more often than not. */
static struct ipaddr random_destination(bool is6)
{
	return one_in(4) ? world_pool_address(is6)
			 : world_pool_vip(is6, below(WORLD_POOL_VIPS));
}

/* To us, where that is asked. */
static uint64_t random_mac(const struct parcel *w)
{
	uint64_t mac = w->fixture->macs[below(LB_MACS)];

	return mac && !one_in(8) ? mac : world_pool_mac();
}

/* Now and then from where nobody is. */
static struct ipaddr random_source(bool is6)
{
	static const struct ipaddr nobody[2][8] = {
		{ IP4(0, 0, 0, 0), IP4(0, 1, 2, 3), IP4(127, 0, 0, 1),
		  IP4(224, 0, 0, 1), IP4(239, 255, 255, 255), IP4(240, 0, 0, 1),
		  IP4(255, 255, 255, 255), IP4(255, 255, 255, 254) },
		{ IP6(0, 0, 0, 0), IP6(0, 0, 0, 1), IP6(0xff020000, 0, 0, 1),
		  IP6(0, 0, 0xfffe, 0x0a000001), IP6(0, 0, 1, 1),
		  IP6(0xfe800000, 0, 0, 1), IP6(0, 1, 0, 1),
		  IP6(0xfeffffff, 0, 0, 1) },
	};

	return one_in(16) ? nobody[is6][below(8)] : world_pool_address(is6);
}

static void random_headers(const struct parcel *w, struct packet *p, bool is6)
{
	*p = (struct packet)PACKET(.fragment = one_in(2) ? 0x4000 : 0);
	p->eth_dst = random_mac(w);
	p->eth_src = world_pool_mac();
	for (uint32_t i = below(3); i; i--)
		p->vlans[i - 1] = (struct packet_vlan){
			.proto = one_in(2) ? 0x8100 : 0x88a8,
			.tci = (uint16_t)world_pool_next(),
		};
	p->tos = random_byte();
	p->flow_label = below(0x100000);
	p->id = (uint16_t)world_pool_next();
	p->ttl = one_in(8) ? (uint8_t)below(3) : random_byte();
	p->saddr = random_source(is6);
	p->daddr = random_destination(is6);
	p->sport = world_pool_any_port();
	p->dport = world_pool_any_port();
	p->payload = random_payload();
	if (one_in(8))
		p->padding = (uint16_t)below(20);
}

static bool is6(const struct packet *p)
{
	return !ipaddr_is4(p->saddr);
}

/* A row of the family, or NULL: some packets are for nobody. */
static const struct fixture_service *random_service(const struct parcel *w,
						    bool v6)
{
	const struct fixture *f = w->fixture;

	for (uint32_t tries = f->n_services ? below(4) : 0; tries; tries--) {
		const struct fixture_service *s =
			&f->services[below((uint32_t)f->n_services)];

		if (ipaddr_is4(s->address) != v6)
			return s;
	}
	return NULL;
}

static const struct fixture_reply *random_reply(const struct parcel *w, bool v6)
{
	const struct fixture *f = w->fixture;

	for (uint32_t tries = f->n_replies ? below(4) : 0; tries; tries--) {
		const struct fixture_reply *r =
			&f->replies[below((uint32_t)f->n_replies)];

		if (ipaddr_is4(r->address) != v6)
			return r;
	}
	return NULL;
}

/* With some outer header it is about as large as some tunnel takes. */
static uint16_t edge_payload(const struct parcel *w, bool v6)
{
	static const uint16_t outer[] = { 20, 28, 40, 48 };
	const struct fixture *f = w->fixture;
	uint16_t mtu = f->backends[below((uint32_t)f->n_backends)].mtu;
	uint16_t headers = (uint16_t)(outer[below(4)] + (v6 ? 48 : 28));

	return mtu ? (uint16_t)(mtu - headers - 1 + below(3))
		   : random_payload();
}

/* To a service, or back from a backend. */
static void aim(const struct parcel *w, struct packet *p)
{
	const struct fixture_service *s = random_service(w, is6(p));
	const struct fixture_reply *r = random_reply(w, is6(p));

	if (s && (!r || one_in(2))) {
		if (!one_in(8))
			p->saddr = world_pool_client(is6(p));
		p->daddr = s->address;
		p->dport = s->port ? s->port : world_pool_any_port();
		if (s->forward >= LB_FORWARD_IPIP && one_in(4))
			p->payload = edge_payload(w, is6(p));
	} else if (r) {
		p->saddr = r->address;
		p->sport = r->port ? r->port : world_pool_any_port();
		p->daddr = world_pool_client(is6(p));
	}
}

/* At most so many headers that are followed, rarely what is not. */
static void random_extensions(struct packet *p, uint32_t n)
{
	static const uint8_t types[] = { PACKET_HOP_BY_HOP, PACKET_ROUTING,
					 PACKET_DESTINATION, PACKET_FRAGMENT };

	if (one_in(16))
		n = PACKET_EXTENSIONS_MAX;
	for (uint32_t i = 0; i < n; i++) {
		uint8_t type = types[below(i ? 3 : 4)];

		p->extensions[i] = (struct packet_extension){
			.type = type,
			.length = (uint16_t)(8 * (1 + below(8))),
			.segments_left = one_in(16),
		};
		if (type == PACKET_FRAGMENT)
			p->extensions[i].length = 8;
		else if (one_in(32))
			p->extensions[i].length = 72;
	}
}

static void maybe_extensions(struct packet *p)
{
	if (is6(p) && one_in(3))
		random_extensions(p, 1 + below(4));
	if (!is6(p) && one_in(32))
		p->options = (uint8_t)(4 * (1 + below(10)));
}

/* RFC 8999; the id begins as those of world_pool_server() do. */
static void random_quic(struct parcel *w)
{
	struct packet *p = &w->packet;
	bool is_long = one_in(2);
	uint8_t *id = w->quic + (is_long ? 6 : 1);
	uint32_t n = is_long ? QUIC_LENGTH : 12;

	for (int i = 0; i < QUIC_LENGTH; i++)
		w->quic[i] = random_byte();
	w->quic[0] = (uint8_t)(is_long << 7 | (w->quic[0] & 0x7f));
	if (is_long)
		w->quic[5] = (uint8_t)below(21);
	world_pool_server(id + 1);
	p->bytes = w->quic;
	p->n_bytes = (uint16_t)(p->payload < n ? p->payload : n);
}

static void random_udp(struct parcel *w)
{
	struct packet *p = &w->packet;

	maybe_extensions(p);
	if (one_in(2))
		random_quic(w);
	else if (p->payload > 1)
		p->first_word = (uint16_t)world_pool_next();
	if (one_in(8))
		p->udp_length = 8 + (int)below(p->payload + 1U);
	if (one_in(8))
		p->udp_check = 0;
}

/* 0 is the first one of several, others have an offset. */
static void random_fragment(struct parcel *w)
{
	struct packet *p = &w->packet;
	bool first = one_in(2), more = first || one_in(2);
	uint32_t offset = first ? 0 : 1 + below(0x1fff), nth = below(4);

	if (!one_in(8))
		p->id = (uint16_t)below(IDS);
	p->body = first ? PACKET_UDP : PACKET_RAW;
	if (one_in(2))
		p->payload = (uint16_t)below(MTU_SIZED);
	if (one_in(16))
		p->protocol = random_byte();
	if (first)
		p->udp_length = (int)(8 + below(3000));
	if (first && one_in(8))
		p->udp_check = 0;
	if (!is6(p)) {
		p->fragment = (uint16_t)(more << 13 | offset);
		return;
	}
	if (one_in(2))
		nth = 0;
	random_extensions(p, nth);
	p->extensions[nth] = (struct packet_extension)FRAGMENT6(
		(uint16_t)(offset << 3 | more));
}

static uint8_t random_error(bool v6)
{
	static const uint8_t types[2][8] = { { 3, 3, 3, 11, 11, 12, 4, 5 },
					     { 1, 1, 2, 2, 3, 4, 0, 5 } };

	return types[v6][below(8)];
}

/* From a VIP to a client, or from a client to a backend; or from anyone. */
static void aim_embedded(const struct parcel *w, struct packet *e)
{
	const struct fixture_service *s = random_service(w, is6(e));
	const struct fixture_reply *r = random_reply(w, is6(e));

	if (s && (!r || one_in(2))) {
		e->saddr = s->address;
		e->sport = s->port ? s->port : world_pool_any_port();
		e->daddr = world_pool_client(is6(e));
	} else if (r) {
		e->saddr = world_pool_client(is6(e));
		e->daddr = r->address;
		e->dport = r->port ? r->port : world_pool_any_port();
	}
}

static void random_embedded(struct parcel *w, bool v6)
{
	struct packet *e = &w->embedded;

	random_headers(w, e, v6);
	aim_embedded(w, e);
	if (one_in(2))
		e->payload = (uint16_t)below(MTU_SIZED);
	if (one_in(16))
		e->protocol = random_byte();
	if (one_in(8))
		e->udp_check = 0;
	if (one_in(8))
		e->fragment = one_in(2) ? MORE_FRAGMENTS : 1;
	if (v6 && one_in(16))
		random_extensions(e, 1);
}

/* Routers quote the headers at least, and seldom all. */
static void random_quote(struct parcel *w)
{
	int headers = is6(&w->packet) ? 48 : 28;

	if (one_in(2))
		w->packet.embedded_length =
			headers + (int)below(w->embedded.payload + 1U);
	if (one_in(16))
		w->packet.embedded_length = (int)below((uint32_t)headers);
}

static void random_icmp_error(struct parcel *w)
{
	struct packet *p = &w->packet;
	bool v6 = is6(p);

	maybe_extensions(p);
	random_embedded(w, v6);
	p->body = PACKET_ICMP;
	p->icmp_type = random_error(v6);
	p->icmp_code = (uint8_t)below(16);
	p->icmp_rest = world_pool_next();
	p->daddr = one_in(16) ? world_pool_address(v6) : w->embedded.saddr;
	if (one_in(3))
		p->saddr = w->embedded.daddr;
	p->embedded = &w->embedded;
	random_quote(w);
	p->payload = one_in(8) ? (uint16_t)below(64) : 0;
}

static void random_echo(struct parcel *w)
{
	struct packet *p = &w->packet;

	maybe_extensions(p);
	p->body = PACKET_ICMP;
	p->icmp_type = is6(p) ? 128 : 8;
	if (one_in(8))
		p->icmp_type = random_byte();
	p->icmp_code = one_in(8);
	p->icmp_rest = world_pool_next();
}

static void random_other(struct parcel *w)
{
	struct packet *p = &w->packet;

	maybe_extensions(p);
	p->body = PACKET_RAW;
	p->protocol = one_in(2) ? 6 : random_byte();
	if (one_in(4))
		p->ethertype = one_in(2) ? 0x0806 : (int)below(0x10000);
	if (one_in(4))
		p->vlans[2].proto = 0x8100;
}

size_t world_packet(const struct fixture *f, uint8_t *frame)
{
	struct parcel w = { .fixture = f };
	uint32_t kind = below(16);

	random_headers(&w, &w.packet, one_in(2));
	aim(&w, &w.packet);
	if (kind < 7)
		random_udp(&w);
	else if (kind < 10)
		random_fragment(&w);
	else if (kind < 14)
		random_icmp_error(&w);
	else if (kind < 15)
		random_echo(&w);
	else
		random_other(&w);
	return packet_build(&w.packet, frame);
}
