/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tables_test_world.h"

static struct addr ipv4(uint8_t a, uint8_t b, uint8_t c)
{
	return (struct addr){
		.family = AF_INET,
		.v4.s_addr = htonl(10U << 24 | a << 16 | b << 8 | c),
	};
}

struct tables_hop world_hop(uint8_t last)
{
	return (struct tables_hop){ true, { 2, 0, 0, 0, 0, last } };
}

void world_add(struct world *w, uint16_t first, uint16_t last,
	       enum lb_forward forward, size_t n_backends)
{
	size_t i = w->model.n_services++;
	struct model_service *s = &w->services[i];

	w->model.services = w->services;
	w->ports[i] = (struct model_ports){ first, last };
	*s = (struct model_service){
		.address = ipv4(0, 0, i),
		.ports = &w->ports[i],
		.n_ports = 1,
		.balance = LB_BALANCE_SOURCE,
		.forward = forward,
		.ring_size = 64,
		.backends = w->backends[i],
		.n_backends = n_backends,
	};
	for (size_t b = 0; b < n_backends; b++)
		s->backends[b] = (struct model_backend){
			.address = ipv4(1, i, b),
			.port = 5353,
			.weight = 1 + b,
		};
}

static void make_plan(struct world *w)
{
	const struct plan_limits no_limits = { 0 };
	char why[256];

	assert_int_equal(
		plan_build(&w->model, &no_limits, &w->plan, why, sizeof(why)),
		0);
	w->state.backends = w->hops;
	w->state.serves = w->serves;
	w->state.gateway = world_hop(0xfe);
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

void world_random(struct world *w)
{
	memset(w, 0, sizeof(*w));
	for (size_t i = 0, n = 1 + rand() % WORLD_SERVICES; i < n; i++) {
		uint16_t first = 50 + rand() % 10;

		world_add(w, first, first + rand() % 5, rand() % 3,
			  1 + rand() % WORLD_BACKENDS);
		w->services[i].ring_size = 8 << rand() % 4;
	}
	make_plan(w);
	w->state.gateway.known = rand() % 2;
	for (uint32_t i = 1; i < w->plan->sizes.backends; i++) {
		w->serves[i] = rand() % 4;
		w->hops[i].known = rand() % 4;
	}
	w->tables = world_tables(w);
}

void world_destroy(struct world *w)
{
	tables_free(w->tables);
	plan_free(w->plan);
}
