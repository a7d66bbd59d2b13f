/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tables/tests/world.h"

static struct addr ipv4(uint8_t a, uint8_t b, uint8_t c)
{
	return (struct addr){
		.family = AF_INET,
		.v4.s_addr = htonl(10U << 24 | a << 16 | b << 8 | c),
	};
}

struct addr world_addr(const char *text)
{
	struct addr addr = { 0 };

	assert_int_equal(addr_parse(text, &addr), 0);
	return addr;
}

struct tables_hop world_hop(uint8_t last)
{
	return (struct tables_hop){ .known = true,
				    .mac = { 2, 0, 0, 0, 0, last } };
}

void world_add(struct world *w, uint16_t first, uint16_t last,
	       enum lb_forward forward, size_t n_backends)
{
	size_t i = w->model.n_services++;
	struct model_service *s = &w->services[i];

	w->model.services = w->services;
	w->ports[i][0] = (struct model_ports){ first, last };
	*s = (struct model_service){
		.address = ipv4(0, 0, i),
		.ports = w->ports[i],
		.n_ports = 1,
		.balance = LB_BALANCE_SOURCE,
		.forward = forward,
		.filters = w->filters[i],
		.ring_size = 64,
		.backends = w->backends[i],
		.n_backends = n_backends,
	};
	for (size_t b = 0; b < n_backends; b++)
		s->backends[b] = (struct model_backend){
			.address = ipv4(1, i, b),
			.port = 5353,
			.weight = 1 + b,
			.server_ids = &w->ids[i][b],
		};
}

static void make_plan(struct world *w)
{
	char why[256];

	assert_int_equal(
		plan_build(&w->model, &w->limits, &w->plan, why, sizeof(why)),
		0);
	w->state.backends = w->hops;
	w->state.serves = w->serves;
	w->state.gateways[0] = world_hop(0xfe);
	w->state.gateways[1] = world_hop(0xfd);
	w->state.source4 = world_addr("192.0.2.1");
	w->state.source6 = world_addr("2001:db8::1");
	w->state.link_mtu = 1500;
	for (uint32_t i = 1; i < w->plan->sizes.backends; i++) {
		w->hops[i] = world_hop(i);
		w->serves[i] = true;
	}
}

struct tables *world_tables(const struct world *w)
{
	struct tables *tables = NULL;

	assert_int_equal(tables_build(w->plan, &w->state, &tables), 0);
	return tables;
}

void world_complete(struct world *w)
{
	make_plan(w);
	w->tables = world_tables(w);
}

void world_small(struct world *w)
{
	memset(w, 0, sizeof(*w));
	world_add(w, 53, 53, LB_FORWARD_NAT, 3);
	world_add(w, 5000, 5005, LB_FORWARD_SNAT, 2);
	world_add(w, 7, 7, LB_FORWARD_DSR, 1);
	world_complete(w);
}

static uint32_t bucket(const struct addr *address, int bits)
{
	__be32 words[4];

	layout_address(words, address);
	return address->family == AF_INET6 ? lb_bucket6(words, bits)
					   : lb_bucket4(words[3], bits);
}

/* Every third one of a family is where the first of it is. */
static void fill_pool(struct addr pool[WORLD_POOL], uint8_t subnet, int bits)
{
	for (uint32_t i = 0, n = 0; i < WORLD_POOL; n++) {
		struct addr a = ipv4(subnet, n >> 8, n);
		const struct addr *first = &pool[i % 2];

		if (i % 2) {
			a.v4.s_addr = 0;
			a.family = AF_INET6;
			a.v6.s6_addr[0] = 0xfd;
			a.v6.s6_addr[1] = subnet;
			a.v6.s6_addr[6] = n >> 8;
			a.v6.s6_addr[15] = n;
		}
		if (i < 2 || (bucket(&a, bits) == bucket(first, bits)) ==
				     (i / 2 % 3 == 0))
			pool[i++] = a;
	}
}

void world_pools(struct addr vips[WORLD_POOL], struct addr hosts[WORLD_POOL])
{
	fill_pool(vips, 9, LB_VIP_BITS);
	fill_pool(hosts, 8, LB_HOST_BITS);
}

/* Small numbers that follow from a seed. */
static unsigned int draw(unsigned int *seed, unsigned int below)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % below;
}

static void grow_filters(struct model_service *s, unsigned int *seed)
{
	static const uint8_t v4[] = { 8, 16, 24, 32 },
			     v6[] = { 8, 16, 64, 128 };
	const bool ipv6 = s->address.family == AF_INET6;
	const struct addr address = world_addr(ipv6 ? "fd00::" : "10.0.0.0");

	s->deny_others = draw(seed, 4) == 0;
	for (size_t i = 0; i < WORLD_FILTERS; i++)
		if (draw(seed, 3) == 0)
			s->filters[s->n_filters++] = (struct model_filter){
				{ address, ipv6 ? v6[i] : v4[i] },
				draw(seed, 2),
			};
}

static void grow_backends(struct model_service *s, size_t i, unsigned int *seed,
			  const struct addr hosts[WORLD_POOL])
{
	bool ipv6 = s->address.family == AF_INET6;
	const unsigned int at = i < 2 ? 3 * i : draw(seed, 6);

	if (s->forward >= LB_FORWARD_IPIP)
		ipv6 = draw(seed, 2);
	for (size_t b = 0; b < s->n_backends; b++) {
		struct model_backend *backend = &s->backends[b];

		backend->address = hosts[(at + b) % 6 * 2 + ipv6];
		if (draw(seed, 2))
			backend->port = 0;
		else
			backend->port = 5000 + i;
		if (s->balance != LB_BALANCE_QUIC || draw(seed, 3) == 0)
			continue;
		backend->server_ids[0] = (struct model_server_id){
			.config = draw(seed, 3),
			.length = 2,
			.bytes = { i, b },
		};
		backend->n_server_ids = 1;
	}
}

/* Only the first two may have all ports, of a VIP of their own each. */
static void grow_service(struct world *w, size_t i, unsigned int seed,
			 const struct addr vips[WORLD_POOL],
			 const struct addr hosts[WORLD_POOL])
{
	struct model_service *s = &w->services[w->model.n_services];
	unsigned int *at = &seed;
	const unsigned int first = 10 * i + 1;

	seed = seed * 2654435761U + (unsigned int)i;
	world_add(w, first, first + draw(at, 3), draw(at, 5),
		  1 + draw(at, WORLD_BACKENDS));
	s->address = vips[draw(at, 3) ? draw(at, 4) * 2 : draw(at, 4) * 2 + 1];
	s->balance = draw(at, 4);
	s->ring_size = draw(at, 4) ? 16 : 32;
	s->answer_ping = draw(at, 4) == 0;
	s->drop_malformed = draw(at, 4) == 0;
	s->tell_unreachable = draw(at, 4) == 0;
	if (draw(at, 3) == 0)
		s->ports[s->n_ports++] =
			(struct model_ports){ first + 4,
					      first + 4 + draw(at, 3) };
	if (i < 2 && draw(at, 2)) {
		s->address = vips[6 * i];
		s->all_ports = true;
		s->n_ports = 0;
	}
	grow_filters(s, at);
	grow_backends(s, i, at, hosts);
}

void world_grow(struct world *w, const unsigned int seeds[WORLD_SERVICES])
{
	struct addr vips[WORLD_POOL], hosts[WORLD_POOL];

	memset(w, 0, sizeof(*w));
	world_pools(vips, hosts);
	for (size_t i = 0; i < WORLD_SERVICES; i++)
		if (seeds[i])
			grow_service(w, i, seeds[i], vips, hosts);
	make_plan(w);
	w->state.gateways[rand() % 2].known = rand() % 4;
	w->state.tell_too_big = rand() % 2;
	for (uint32_t i = 1; i < w->plan->sizes.backends; i++) {
		w->serves[i] = rand() % 4;
		w->hops[i].known = rand() % 4;
	}
	w->tables = world_tables(w);
}

const struct lb_vip *world_vip(const struct world *w, size_t service)
{
	const struct addr *address = &w->services[service].address;
	__be32 words[4];
	uint32_t at;

	layout_address(words, address);
	at = address->family == AF_INET6 ? lb_bucket6(words, LB_VIP_BITS)
					 : lb_bucket4(words[3], LB_VIP_BITS);
	return &w->tables->vips[at];
}

void world_assert_address(const __be32 *words, const char *text)
{
	struct addr address = world_addr(text);
	__be32 wanted[4];

	layout_address(wanted, &address);
	assert_memory_equal(words, wanted, sizeof(wanted));
}

void world_destroy(struct world *w)
{
	tables_free(w->tables);
	plan_free(w->plan);
}
