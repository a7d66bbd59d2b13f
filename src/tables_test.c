/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ring.h"
#include "tables_test_world.h"

static void test_services(void **state)
{
	struct world w;

	(void)state;
	world_small(&w);
	assert_int_equal(w.tables->n_services, 8);
	for (size_t i = 0; i < 8; i++) {
		const struct tables_service *s = &w.tables->services[i];
		size_t of = i ? i <= 6 ? 1 : 2 : 0;
		uint16_t port = i ? i <= 6 ? 5000 + i - 1 : 7 : 53;

		assert_int_equal(s->key.address, htonl(10U << 24 | of));
		assert_int_equal(s->key.port, htons(port));
		assert_int_equal(s->value.ring_base, 64 * of);
		assert_int_equal(s->value.ring_mask, 63);
		assert_int_equal(s->value.balance, LB_BALANCE_SOURCE);
		assert_int_equal(s->value.forward, w.services[of].forward);
	}
	world_destroy(&w);
}

static void test_all_ports(void **state)
{
	struct world w = { 0 };

	(void)state;
	world_add(&w, 1, 1, LB_FORWARD_NAT, 1);
	w.services[0].all_ports = true;
	w.services[0].n_ports = 0;
	w.services[0].ports = NULL;
	w.backends[0][0].port = 0;
	world_complete(&w);
	assert_int_equal(w.tables->n_services, 1);
	assert_int_equal(w.tables->services[0].key.port, 0);
	assert_int_equal(w.tables->n_replies, 1);
	assert_int_equal(w.tables->replies[0].key.port, 0);
	assert_int_equal(w.tables->replies[0].value.port, 0);
	assert_int_equal(w.tables->backends[1].port, 0);
	world_destroy(&w);
}

/* Replies of one backend: by the ports of the service and its own. */
static void test_replies(void **state)
{
	static const struct {
		uint16_t first, last, own;
		uint8_t forward, n;
		uint16_t key, value; /* of the first reply */
	} cases[] = {
		{ 53, 53, 5353, LB_FORWARD_NAT, 1, 5353, 53 },
		{ 53, 53, 0, LB_FORWARD_NAT, 1, 53, 53 },
		{ 53, 55, 0, LB_FORWARD_NAT, 3, 53, 0 },
		{ 53, 55, 5353, LB_FORWARD_NAT, 1, 5353, 0 },
		{ 65534, 65535, 0, LB_FORWARD_NAT, 2, 65534, 0 },
		{ 53, 53, 5353, LB_FORWARD_SNAT, 0, 0, 0 },
		{ 53, 53, 0, LB_FORWARD_DSR, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world w = { 0 };
		const struct tables_reply *r;

		world_add(&w, cases[i].first, cases[i].last, cases[i].forward,
			  1);
		w.backends[0][0].port = cases[i].own;
		world_complete(&w);
		r = w.tables->replies;
		assert_int_equal(w.tables->n_replies, cases[i].n);
		for (size_t n = 0; n < cases[i].n; n++) {
			assert_int_equal(r[n].key.address,
					 htonl(10U << 24 | 1 << 16));
			assert_int_equal(r[n].key.port,
					 htons(cases[i].key + n));
			assert_int_equal(r[n].value.address, htonl(10U << 24));
			assert_int_equal(r[n].value.port,
					 htons(cases[i].value));
			assert_memory_equal(r[n].value.mac, world_hop(0xfe).mac,
					    MAC_LEN);
		}
		world_destroy(&w);
	}
}

/* As the configuration would have to allow first. */
static void test_replies_are_unique(void **state)
{
	struct world w = { 0 };

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_NAT, 2);
	world_add(&w, 54, 54, LB_FORWARD_NAT, 2);
	w.services[1].backends = w.services[0].backends;
	w.services[1].address = w.services[0].address;
	world_complete(&w);
	assert_int_equal(w.tables->n_services, 2);
	assert_int_equal(w.tables->n_replies, 2);
	assert_int_equal(w.tables->replies[0].value.port, htons(53));
	assert_int_equal(w.tables->replies[1].value.port, htons(53));
	world_destroy(&w);
}

static void test_no_gateway(void **state)
{
	static const uint8_t none[MAC_LEN];
	struct tables *t;
	struct world w;

	(void)state;
	world_small(&w);
	w.state.gateway.known = false;
	t = world_tables(&w);
	assert_int_equal(t->n_replies, 3);
	for (size_t i = 0; i < 3; i++)
		assert_memory_equal(t->replies[i].value.mac, none, MAC_LEN);
	tables_free(t);
	world_destroy(&w);
}

static void test_backends(void **state)
{
	static const uint8_t none[MAC_LEN];
	struct world w;
	struct tables *t;

	(void)state;
	world_small(&w);
	w.serves[2] = false;
	w.hops[3].known = false;
	t = world_tables(&w);
	assert_int_equal(t->n_backends, 7);
	assert_int_equal(t->backends[5].address,
			 htonl(10U << 24 | 1 << 16 | 1 << 8 | 1));
	assert_int_equal(t->backends[5].port, htons(5353));
	assert_memory_equal(t->backends[5].mac, world_hop(5).mac, MAC_LEN);
	assert_memory_equal(t->backends[2].mac, world_hop(2).mac, MAC_LEN);
	assert_memory_equal(t->backends[3].mac, none, MAC_LEN);
	for (uint32_t i = 0; i < 64; i++)
		assert_int_equal(t->ring[i], 1);
	w.serves[1] = false;
	tables_free(t);
	t = world_tables(&w);
	for (uint32_t i = 0; i < 64; i++)
		assert_int_equal(t->ring[i], LB_NO_BACKEND);
	tables_free(t);
	world_destroy(&w);
}

/* The identity of a backend is its address and port as on the wire. */
static void test_ring(void **state)
{
	struct ring_member members[3];
	uint32_t slots[64];
	struct world w;

	(void)state;
	world_small(&w);
	for (size_t i = 0; i < 3; i++) {
		const uint8_t bytes[] = { 10, 1, 0, i, 5353 >> 8, 5353 & 0xff };

		members[i].id = ring_id(bytes, sizeof(bytes));
		members[i].weight = 1 + i;
		members[i].serves = true;
	}
	assert_int_equal(ring_build(slots, 64, members, 3), 0);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(w.tables->ring[i], 1 + slots[i]);
	world_destroy(&w);
}

static void assert_same(const struct tables *a, const struct tables *b)
{
	assert_int_equal(a->n_ring, b->n_ring);
	assert_memory_equal(a->ring, b->ring, a->n_ring * sizeof(*a->ring));
	assert_int_equal(a->n_backends, b->n_backends);
	assert_memory_equal(a->backends, b->backends,
			    a->n_backends * sizeof(*a->backends));
	assert_int_equal(a->n_replies, b->n_replies);
	assert_memory_equal(a->replies, b->replies,
			    a->n_replies * sizeof(*a->replies));
	assert_int_equal(a->n_services, b->n_services);
	assert_memory_equal(a->services, b->services,
			    a->n_services * sizeof(*a->services));
}

static void test_rebuild_is_build(void **state)
{
	struct world w;

	(void)state;
	world_small(&w);
	srand(2);
	for (size_t i = 0; i < 100; i++) {
		uint32_t index = 1 + rand() % 6;
		struct tables *fresh, *next = NULL;

		w.serves[index] = rand() % 2;
		index = 1 + rand() % 6;
		w.hops[index] = world_hop(rand() % 200);
		w.hops[index].known = rand() % 3;
		fresh = world_tables(&w);
		assert_int_equal(tables_rebuild(w.tables, &w.state, &next), 0);
		assert_same(fresh, next);
		tables_free(fresh);
		tables_free(w.tables);
		w.tables = next;
	}
	world_destroy(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_all_ports),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_replies_are_unique),
		cmocka_unit_test(test_no_gateway),
		cmocka_unit_test(test_backends),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_rebuild_is_build),
	};

	return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
