/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tables/ring.h"
#include "tables/tests/world.h"
#include "tables/view.h"

static const struct lb_host *host_of(const struct world *w, const char *text)
{
	struct addr address = world_addr(text);
	__be32 words[4];
	uint32_t at;

	layout_address(words, &address);
	at = address.family == AF_INET6 ? lb_bucket6(words, LB_HOST_BITS)
					: lb_bucket4(words[3], LB_HOST_BITS);
	return &w->tables->hosts[at];
}

static size_t n_rows(const struct tables *t, const char *text, uint16_t port,
		     uint8_t kind)
{
	struct addr address = world_addr(text);
	struct lb_endpoint key = { .port = htons(port), .kind = kind };
	size_t n = 0;

	layout_address(key.address, &address);
	key.ipv6 = address.family == AF_INET6;
	for (size_t i = 0; i < t->n_services; i++)
		n += !memcmp(&t->services[i].key, &key, sizeof(key));
	for (size_t i = 0; i < t->n_replies; i++)
		n += !memcmp(&t->replies[i].key, &key, sizeof(key));
	return n;
}

/* Each VIP has a bucket to itself: nothing is left for the HASH. */
static void test_buckets_alone(void **state)
{
	static const uint16_t first[] = { 53, 5000, 7 },
			      last[] = { 53, 5005, 7 };
	struct world w;

	(void)state;
	world_small(&w);
	assert_int_equal(w.tables->n_services, 0);
	assert_int_equal(w.tables->n_replies, 0);
	assert_int_equal(w.plan->sizes.services, 1);
	assert_int_equal(w.plan->sizes.replies, 1);
	for (size_t i = 0; i < 3; i++) {
		const struct lb_vip *vip = world_vip(&w, i);

		assert_int_equal(lb_ask(vip->service.shape), 0);
		assert_int_equal(vip->address[3], htonl(10U << 24 | i));
		assert_int_equal(vip->address[2], htonl(0xffff));
		assert_int_equal(vip->first, first[i]);
		assert_int_equal(vip->last, last[i]);
		assert_int_equal(vip->service.ring_base, 64 * i);
		assert_int_equal(lb_ring_mask(vip->service.shape), 63);
		assert_int_equal(lb_balance(vip->service.shape),
				 LB_BALANCE_SOURCE);
		assert_int_equal(lb_forward(vip->service.shape),
				 w.services[i].forward);
		assert_int_equal(vip->service.flags, 0);
		assert_int_equal(vip->service.id, i);
	}
	assert_int_equal(tables_entries(w.tables, PLAN_VIPS), 3);
	assert_int_equal(tables_entries(w.tables, PLAN_HOSTS), 3);
	assert_int_equal(tables_entries(w.tables, PLAN_RING), 192);
	world_destroy(&w);
}

/* Adjacent ranges are one; with a gap between them they are not. */
static void test_ranges(void **state)
{
	static const struct {
		struct model_ports second;
		uint32_t ask;
		uint16_t last;
		size_t rows;
	} cases[] = {
		{ { 56, 60 }, 0, 60, 0 },
		{ { 57, 60 }, LB_ASK_PORT, 0, 3 + 4 + 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world w = { 0 };

		world_add(&w, 53, 55, LB_FORWARD_DSR, 1);
		w.ports[0][1] = cases[i].second;
		w.services[0].n_ports = 2;
		world_complete(&w);
		assert_int_equal(lb_ask(world_vip(&w, 0)->service.shape),
				 cases[i].ask);
		assert_int_equal(world_vip(&w, 0)->last, cases[i].last);
		assert_int_equal(w.tables->n_services, cases[i].rows);
		world_destroy(&w);
	}
}

/* Two VIPs in one bucket: everything of both is in the HASH; one is whole. */
static void test_bucket_of_two_vips(void **state)
{
	struct addr vips[WORLD_POOL], hosts[WORLD_POOL];
	struct world w = { 0 };
	const struct tables *t;

	(void)state;
	world_pools(vips, hosts);
	world_add(&w, 53, 54, LB_FORWARD_DSR, 1);
	world_add(&w, 1, 1, LB_FORWARD_DSR, 1);
	w.services[0].address = vips[1];
	w.services[1].address = vips[7];
	w.services[1].all_ports = true;
	w.services[1].n_ports = 0;
	world_complete(&w);
	t = w.tables;
	assert_ptr_equal(world_vip(&w, 0), world_vip(&w, 1));
	assert_int_equal(lb_ask(world_vip(&w, 0)->service.shape), LB_ASK_ANY);
	assert_int_equal(t->n_services, 3 + 2);
	assert_int_equal(w.plan->sizes.services, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(t->services[i].value.flags,
				 t->services[i].value.id ? LB_SERVICE_SOLE : 0);
	world_destroy(&w);
}

/* Two services of a VIP: neither is sole, ECHO and STRICT are the VIP's. */
static void test_two_services_of_a_vip(void **state)
{
	const uint16_t shared = LB_SERVICE_ECHO | LB_SERVICE_STRICT;
	struct world w = { 0 };
	const struct tables_service *row;

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_DSR, 1);
	world_add(&w, 54, 54, LB_FORWARD_DSR, 1);
	w.services[1].address = w.services[0].address;
	w.services[0].answer_ping = true;
	w.services[1].drop_malformed = true;
	w.services[1].deny_others = true;
	world_complete(&w);
	row = w.tables->services;
	assert_int_equal(lb_ask(world_vip(&w, 0)->service.shape), LB_ASK_PORT);
	assert_int_equal(w.tables->n_services, 3);
	assert_int_equal(row[0].key.kind, LB_KEY_ADDRESS);
	assert_int_equal(row[0].value.flags, shared);
	assert_int_equal(row[0].value.shape, 0);
	assert_int_equal(row[1].key.port, htons(53));
	assert_int_equal(row[1].value.flags, shared);
	assert_int_equal(row[2].key.port, htons(54));
	assert_int_equal(row[2].value.flags,
			 shared | LB_SERVICE_FILTER | LB_SERVICE_DENY);
	assert_int_equal(row[2].value.id, 1);
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
	assert_int_equal(w.tables->n_services, 0);
	assert_int_equal(world_vip(&w, 0)->first, 0);
	assert_int_equal(world_vip(&w, 0)->last, 65535);
	assert_int_equal(w.tables->n_replies, 0);
	world_assert_address(host_of(&w, "10.1.0.0")->address, "10.1.0.0");
	assert_int_equal(host_of(&w, "10.1.0.0")->port, 0);
	assert_int_equal(host_of(&w, "10.1.0.0")->reply.port, 0);
	assert_int_equal(w.tables->backends[1].port, 0);
	world_destroy(&w);
}

/* Replies of one backend: by the ports of the service and its own. */
static void test_replies(void **state)
{
	static const struct {
		uint16_t first, last, own;
		uint8_t forward;
		uint8_t rows;	     /* of ports; 0: the bucket is alone */
		uint16_t key, value; /* of the first reply; 0: none */
	} cases[] = {
		{ 53, 53, 5353, LB_FORWARD_NAT, 0, 5353, 53 },
		{ 53, 53, 0, LB_FORWARD_NAT, 0, 53, 53 },
		{ 53, 55, 0, LB_FORWARD_NAT, 3, 53, 0 },
		{ 53, 55, 5353, LB_FORWARD_NAT, 0, 5353, 0 },
		{ 65534, 65535, 0, LB_FORWARD_NAT, 2, 65534, 0 },
		{ 53, 53, 5353, LB_FORWARD_SNAT, 0, 0, 0 },
		{ 53, 53, 0, LB_FORWARD_DSR, 0, 0, 0 },
		{ 53, 53, 0, LB_FORWARD_IPIP, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const size_t n = cases[i].rows;
		const uint16_t alone = cases[i].key ? LB_ASK_HERE : 0;
		struct world w = { 0 };
		struct lb_target reply;

		world_add(&w, cases[i].first, cases[i].last, cases[i].forward,
			  1);
		w.backends[0][0].port = cases[i].own;
		world_complete(&w);
		reply = host_of(&w, "10.1.0.0")->reply;
		assert_int_equal(w.tables->n_replies, n ? n + 1 : 0);
		assert_int_equal(host_of(&w, "10.1.0.0")->ask,
				 n ? LB_ASK_PORT : alone);
		assert_int_equal(host_of(&w, "10.1.0.0")->port,
				 n ? 0 : htons(cases[i].key));
		for (size_t k = 0; k < n; k++)
			assert_int_equal(n_rows(w.tables, "10.1.0.0",
						cases[i].key + k, LB_KEY_PORT),
					 1);
		if (n) {
			reply = w.tables->replies[0].value;
			assert_int_equal(
				n_rows(w.tables, "10.1.0.0", 0, LB_KEY_ADDRESS),
				1);
		}
		assert_int_equal(reply.port, htons(cases[i].value));
		assert_int_equal(reply.flags, 0);
		if (cases[i].key) {
			world_assert_address(reply.address, "10.0.0.0");
			assert_memory_equal(reply.mac, world_hop(0xfe).mac,
					    MAC_LEN);
		}
		world_destroy(&w);
	}
}

/* One backend's address in two services: whose would its fragments be? */
static void test_replies_of_two_services(void **state)
{
	static const struct lb_target none;
	struct world w = { 0 };
	const struct tables_reply *row;

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_NAT, 1);
	world_add(&w, 54, 54, LB_FORWARD_NAT, 1);
	w.backends[1][0].address = w.backends[0][0].address;
	w.backends[1][0].port = 5454;
	world_complete(&w);
	row = w.tables->replies;
	assert_int_equal(w.tables->n_replies, 3);
	assert_int_equal(row[0].key.kind, LB_KEY_ADDRESS);
	assert_memory_equal(&row[0].value, &none, sizeof(none));
	assert_int_equal(row[1].value.flags, 0);
	assert_int_equal(row[1].value.port, htons(53));
	world_assert_address(row[1].value.address, "10.0.0.0");
	assert_int_equal(row[2].value.port, htons(54));
	world_assert_address(row[2].value.address, "10.0.0.1");
	world_destroy(&w);
}

static void test_ipv6_replies(void **state)
{
	struct world w = { 0 };

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_NAT, 1);
	w.services[0].address = world_addr("2001:db8::53");
	w.backends[0][0].address = world_addr("fd00::1");
	world_complete(&w);
	assert_true(w.plan->replies[1]);
	assert_false(w.plan->replies[0]);
	world_assert_address(world_vip(&w, 0)->address, "2001:db8::53");
	world_assert_address(host_of(&w, "fd00::1")->address, "fd00::1");
	world_assert_address(host_of(&w, "fd00::1")->reply.address,
			     "2001:db8::53");
	assert_memory_equal(host_of(&w, "fd00::1")->reply.mac,
			    world_hop(0xfd).mac, MAC_LEN);
	world_assert_address(w.tables->backends[1].address, "fd00::1");
	world_destroy(&w);
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
	assert_int_equal(w.tables->n_services, 3);
	assert_int_equal(w.tables->n_replies, 0);
	assert_int_equal(host_of(&w, "10.1.0.0")->reply.port, htons(53));
	assert_int_equal(host_of(&w, "10.1.0.1")->reply.port, htons(53));
	world_destroy(&w);
}

static void test_no_gateway(void **state)
{
	static const uint8_t none[MAC_LEN];
	struct tables *t;
	struct world w;
	size_t n = 0;

	(void)state;
	world_small(&w);
	w.state.gateways[0].known = false;
	t = world_tables(&w);
	for (size_t i = 0; i < LB_HOST_BUCKETS; i++) {
		n += t->hosts[i].address[3] != 0;
		assert_memory_equal(t->hosts[i].reply.mac, none, MAC_LEN);
	}
	assert_int_equal(n, 3);
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
	assert_int_equal(tables_entries(t, PLAN_BACKENDS), 7);
	world_assert_address(t->backends[5].address, "10.1.1.1");
	assert_int_equal(t->backends[5].port, htons(5353));
	assert_memory_equal(t->backends[5].mac, world_hop(5).mac, MAC_LEN);
	assert_memory_equal(t->backends[2].mac, world_hop(2).mac, MAC_LEN);
	assert_memory_equal(t->backends[3].mac, none, MAC_LEN);
	for (uint32_t i = 0; i < 64; i++)
		assert_int_equal(t->rings[0]->slots[i], 1);
	assert_int_equal(t->owned[1], 64);
	assert_int_equal(t->owned[2], 0);
	w.serves[1] = false;
	tables_free(t);
	t = world_tables(&w);
	for (uint32_t i = 0; i < 64; i++)
		assert_int_equal(t->rings[0]->slots[i], LB_NO_BACKEND);
	tables_free(t);
	world_destroy(&w);
}

/* The identity of a backend is its address and port as on the wire. */
static void test_ring(void **state)
{
	struct ring_member members[3];
	uint32_t slots[64], *base = NULL;
	struct world w;

	(void)state;
	world_small(&w);
	for (size_t i = 0; i < 3; i++) {
		const uint8_t bytes[] = { 10, 1, 0, i, 5353 >> 8, 5353 & 0xff };

		members[i].id = ring_id(bytes, sizeof(bytes));
		members[i].weight = 1 + i;
		members[i].serves = true;
	}
	assert_int_equal(ring_build(slots, 64, members, 3, &base), 0);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(w.tables->rings[0]->slots[i], 1 + slots[i]);
	world_destroy(&w);
}

static void assert_same_view(const struct tables *a, const struct tables *b,
			     enum plan_map map)
{
	const struct tables_view x = tables_view(a, map);
	const struct tables_view y = tables_view(b, map);

	assert_int_equal(x.n, y.n);
	assert_memory_equal(x.first, y.first, x.n * x.size);
}

static void assert_same(const struct tables *a, const struct tables *b)
{
	const struct plan *plan = a->plan;

	assert_ptr_equal(plan, b->plan);
	for (enum plan_map map = 0; map < PLAN_BACKEND_STATS; map++)
		if (map != PLAN_RING)
			assert_same_view(a, b, map);
	assert_memory_equal(a->owned, b->owned,
			    plan->sizes.backends * sizeof(*a->owned));
	for (size_t i = 0; i < plan->n_services; i++)
		assert_memory_equal(a->rings[i]->slots, b->rings[i]->slots,
				    plan->services[i].ring_size *
					    sizeof(uint32_t));
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
		w.backends[0][rand() % 3].weight = (uint16_t)(1 + rand() % 9);
		index = 1 + rand() % 6;
		w.hops[index] = world_hop(rand() % 200);
		w.hops[index].known = rand() % 3;
		fresh = world_tables(&w);
		assert_int_equal(tables_rebuild(w.tables, w.tables->plan,
						&w.state, &next),
				 0);
		assert_same(fresh, next);
		tables_free(fresh);
		tables_free(w.tables);
		w.tables = next;
	}
	world_destroy(&w);
}

/* Only the ring of the service whose backend changed is another one. */
static void test_rings_are_shared(void **state)
{
	struct tables *next = NULL;
	struct world w;

	(void)state;
	world_small(&w);
	w.serves[4] = false;
	assert_int_equal(
		tables_rebuild(w.tables, w.tables->plan, &w.state, &next), 0);
	assert_ptr_equal(next->rings[0], w.tables->rings[0]);
	assert_ptr_not_equal(next->rings[1], w.tables->rings[1]);
	assert_ptr_equal(next->rings[2], w.tables->rings[2]);
	tables_free(w.tables);
	w.tables = next;
	/* The last user frees it. */
	assert_int_equal(next->rings[0]->users, 1);
	world_destroy(&w);
}

static void test_another_weight(void **state)
{
	struct tables *next = NULL;
	struct world w;

	(void)state;
	world_small(&w);
	w.backends[1][0].weight *= 10;
	assert_int_equal(
		tables_rebuild(w.tables, w.tables->plan, &w.state, &next), 0);
	assert_ptr_equal(next->rings[0], w.tables->rings[0]);
	assert_ptr_not_equal(next->rings[1], w.tables->rings[1]);
	assert_true(next->owned[4] > w.tables->owned[4]);
	tables_free(w.tables);
	w.tables = next;
	world_destroy(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buckets_alone),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_bucket_of_two_vips),
		cmocka_unit_test(test_two_services_of_a_vip),
		cmocka_unit_test(test_all_ports),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_replies_of_two_services),
		cmocka_unit_test(test_ipv6_replies),
		cmocka_unit_test(test_replies_are_unique),
		cmocka_unit_test(test_no_gateway),
		cmocka_unit_test(test_backends),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_rebuild_is_build),
		cmocka_unit_test(test_rings_are_shared),
		cmocka_unit_test(test_another_weight),
	};

	return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
