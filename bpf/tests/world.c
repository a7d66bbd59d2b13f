/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "world.h"

static const uint32_t vips[] = {VIP, IP4(192, 0, 2, 2), IP4(255, 255, 0, 1)};
static const uint16_t ports[] = {0, 53, 5000, 65535};

/* SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom generators). */
static uint64_t random_state;

void world_seed(uint64_t seed)
{
	random_state = seed;
}

static uint32_t random_next(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ z >> 31) >> 32);
}

static uint32_t below(uint32_t n)
{
	return random_next() % n;
}

uint32_t world_random(uint32_t n)
{
	return below(n);
}

static bool one_in(uint32_t n)
{
	return below(n) == 0;
}

static uint64_t random_mac(void)
{
	uint64_t high = below(0x10000) & 0xfeff; /* unicast */

	return high << 32 | random_next();
}

static uint16_t random_port(void)
{
	return one_in(4) ? (uint16_t)random_next() : ports[below(4)];
}

static void random_backends(struct world *w)
{
	struct fixture *f = &w->fixture;

	f->backends = w->backends;
	f->n_backends = 1 + below(WORLD_BACKENDS_MAX);
	for (size_t i = 1; i < f->n_backends; i++)
		w->backends[i] = (struct fixture_backend){
			.address = one_in(2) ? random_next() :
					       BACKEND_1 + below(4),
			.port = random_port(),
			.mac = random_mac(),
		};
	f->ring = w->ring;
	f->n_ring = 1 + below(WORLD_RING_MAX);
	/* Mostly backends, some empty slots, some that point nowhere. */
	for (size_t i = 0; i < f->n_ring; i++)
		w->ring[i] = below((uint32_t)f->n_backends + 1);
}

static void random_services(struct world *w)
{
	struct fixture *f = &w->fixture;

	f->services = w->services;
	f->n_services = 0;
	for (size_t i = 0; i < WORLD_SERVICES_MAX; i++) {
		if (one_in(2))
			continue;
		w->services[f->n_services++] = (struct fixture_service){
			.address = vips[i % 3],
			.port = ports[i / 3],
			.base = below((uint32_t)f->n_ring + 1),
			.mask = (1U << below(5)) - 1,
			.balance = below(3),
			.forward = below(3),
		};
	}
}

static void random_replies(struct world *w)
{
	struct fixture *f = &w->fixture;

	f->replies = w->replies;
	f->n_replies = 0;
	for (uint32_t i = 0; i < 16; i++) {
		if (one_in(2))
			continue;
		w->replies[f->n_replies++] = (struct fixture_reply){
			.address = BACKEND_1 + i % 4,
			.port = ports[i / 4],
			.vip = vips[below(3)],
			.vip_port = random_port(),
			.mac = one_in(4) ? 0 : random_mac(),
		};
	}
}

void world_create(struct world *w)
{
	memset(w, 0, sizeof(*w));
	random_backends(w);
	random_services(w);
	random_replies(w);
}

static uint32_t random_address(void)
{
	switch (below(4)) {
	case 0:
		return BACKEND_1 + below(4);
	case 1:
		return CLIENT + below(256);
	case 2:
		return vips[below(3)];
	default:
		return random_next();
	}
}

static void random_headers(struct packet *p)
{
	p->eth_dst = random_mac();
	p->eth_src = random_mac();
	for (uint32_t i = below(3); i; i--)
		p->vlans[i - 1] = (struct packet_vlan){
			.proto = one_in(2) ? 0x8100 : 0x88a8,
			.tci = (uint16_t)random_next(),
		};
	p->tos = (uint8_t)random_next();
	p->id = (uint16_t)random_next();
	p->fragment = one_in(2) ? 0x4000 : 0;
	p->ttl = (uint8_t)(one_in(8) ? below(3) : below(256));
	p->saddr = random_address();
	p->daddr = one_in(2) ? vips[below(3)] : random_address();
	p->sport = random_port();
	p->dport = random_port();
}

void world_packet(struct packet *p)
{
	random_headers(p);
	p->payload = (uint16_t)below(one_in(16) ? 1473 : 64);
	if (p->payload > 1)
		p->first_word = (uint16_t)random_next();
	if (one_in(8))
		p->udp_length = 8 + (int)below(p->payload + 1U);
	if (one_in(8))
		p->udp_check = 0;
	if (one_in(8))
		p->padding = (uint16_t)below(20);
}

/* Two of three changes fall into the headers. */
size_t world_mutate(uint8_t *frame, size_t length)
{
	if (one_in(4))
		length = below((uint32_t)length + 1);
	if (!length)
		return 0;
	for (uint32_t i = below(4) + 1; i; i--) {
		uint32_t range =
			one_in(3) || length < 50 ? (uint32_t)length : 50;
		uint8_t *byte = frame + below(range);

		if (one_in(2))
			*byte = (uint8_t)random_next();
		else
			*byte ^= (uint8_t)(1U << below(8));
	}
	return length;
}

