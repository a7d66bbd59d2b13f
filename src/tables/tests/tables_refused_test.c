/* SPDX-License-Identifier: GPL-2.0-only */
/* A card whose HASH maps have no room for some keys, and then have. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tables/refused.h"
#include "tables/tests/maps.h"

/*
 * From any tables to any others, whatever is refused: the tables are what the
 * maps hold; nobody gets another one's packets, and what stays as it was is
 * never lost.  With room, the same tables come whole.
 */
static void test_the_rest_goes_on(void **state)
{
	unsigned int seeds[WORLD_SERVICES] = { 1, 2, 3, 4, 5, 6 };
	struct maps *maps = maps_new();
	size_t refused = 0, held = 0;
	struct world worlds[2];
	struct tables *again;

	(void)state;
	srand(5);
	world_grow(&worlds[0], seeds);
	maps_change(maps, NULL, worlds[0].tables);
	for (size_t i = 0; i < 200; i++) {
		struct world *from = &worlds[i % 2];
		struct world *to = &worlds[(i + 1) % 2];

		seeds[rand() % WORLD_SERVICES] = rand() % 4 ? rand() : 0;
		seeds[0] += !seeds[0];
		world_grow(to, seeds);
		maps->refuse = 1 + i % 3;
		maps_change(maps, from->tables, to->tables);
		refused += to->tables->refused.n;
		if (i % 4 == 3) {
			maps->refuse = 0;
			again = world_tables(to);
			maps_change(maps, to->tables, again);
			assert_int_equal(again->refused.n, 0);
			held += maps->ops[PLAN_VIPS];
			tables_free(to->tables);
			to->tables = again;
		}
		world_destroy(from);
	}
	assert_true(refused > 200);
	assert_true(held > 0);
	world_destroy(&worlds[0]);
	free(maps);
}

/* A change that fails half-way goes on, with what was refused before as well.
 */
static void test_an_error_in_between(void **state)
{
	unsigned int seeds[WORLD_SERVICES] = { 1, 2, 3, 4, 5, 6 };
	struct maps *filled = maps_new(), *maps = maps_new();
	struct world from, to;
	struct tables *t;
	size_t n, refused;

	(void)state;
	srand(6);
	world_grow(&from, seeds);
	for (size_t i = 0; i < WORLD_SERVICES; i++)
		seeds[i] += 100;
	world_grow(&to, seeds);
	maps_change(filled, NULL, from.tables);
	memcpy(maps, filled, sizeof(*maps));
	maps->refuse = 2;
	t = world_tables(&to);
	maps_change(maps, from.tables, t);
	n = maps->n_ops;
	refused = t->refused.n;
	assert_true(n > 100 && refused > 3);
	tables_free(t);
	for (size_t fail_at = 1; fail_at <= n; fail_at += 3) {
		memcpy(maps, filled, sizeof(*maps));
		maps->refuse = 2;
		maps->fail_at = fail_at;
		maps->n_ops = 0;
		t = world_tables(&to);
		assert_int_equal(maps_try(maps, from.tables, t), -EBUSY);
		maps->fail_at = 0;
		assert_int_equal(maps_try(maps, from.tables, t), 0);
		assert_int_equal(maps->n_ops, n + 1);
		assert_int_equal(t->refused.n, refused);
		maps_assert_hold(maps, t);
		tables_free(t);
	}
	world_destroy(&from);
	world_destroy(&to);
	free(filled);
	free(maps);
}

/* Two services of one VIP, so that its bucket asks. */
static void grow_two(struct world *w, uint16_t second)
{
	world_add(w, 53, 53, LB_FORWARD_NAT, 1);
	if (second) {
		world_add(w, second, second, LB_FORWARD_NAT, 1);
		w->services[1].address = w->services[0].address;
	}
	world_complete(w);
}

/* Who was there alone keeps what he has, and the other one waits. */
static void test_who_was_alone_stays(void **state)
{
	struct world alone = { 0 }, two = { 0 };
	struct maps *maps = maps_new();
	char text[REFUSED_TEXT_SIZE];
	const struct lb_vip *vip;
	struct tables *again;

	(void)state;
	grow_two(&alone, 0);
	grow_two(&two, 54);
	maps_change(maps, NULL, alone.tables);
	maps->refuse = 1;
	maps_change(maps, alone.tables, two.tables);
	/* Each its port, and what has none. */
	assert_int_equal(two.tables->refused.n, 3);
	assert_int_equal(two.tables->n_services, 0);
	vip = world_vip(&two, 0);
	assert_int_equal(lb_ask(vip->service.shape), 0);
	assert_int_equal(vip->first, 53);
	two.services[0].name = (char *)"dns";
	two.services[1].name = (char *)"game";
	assert_string_equal(refused_text(two.tables, 0, text),
			    "game: port 54 at 10.0.0.0");
	assert_string_equal(refused_text(two.tables, 2, text),
			    "several services: what has no port at 10.0.0.0");
	maps->refuse = 0;
	again = world_tables(&two);
	maps_change(maps, two.tables, again);
	assert_int_equal(again->n_services, 3);
	tables_free(again);
	two.services[0].name = two.services[1].name = NULL;
	world_destroy(&alone);
	world_destroy(&two);
	free(maps);
}

static int refuse_port_53(void *arg, const struct tables_op *op)
{
	const struct lb_endpoint *key = op->key;

	(void)arg;
	return op->map == PLAN_SERVICES && key->port == htons(53) ? -E2BIG : 0;
}

/* Who has all ports of an address must not get those of another service. */
static void test_all_ports_wait_for_one(void **state)
{
	struct world w = { 0 };

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_NAT, 1);
	world_add(&w, 54, 54, LB_FORWARD_NAT, 1);
	w.services[1].address = w.services[0].address;
	w.services[1].all_ports = true;
	w.services[1].n_ports = 0;
	world_complete(&w);
	assert_int_equal(w.tables->n_services, 3);
	assert_int_equal(tables_diff(NULL, w.tables, refuse_port_53, NULL), 0);
	assert_int_equal(w.tables->refused.n, 2);
	assert_int_equal(w.tables->refused.err, -E2BIG);
	assert_int_equal(w.tables->n_services, 1);
	assert_int_equal(w.tables->services[0].key.kind, LB_KEY_ADDRESS);
	world_destroy(&w);
}

/* A backend whose answers would go untranslated is told apart. */
static void test_who_is_not_answered(void **state)
{
	struct maps *maps = maps_new();
	struct tables *again;
	struct world w = { 0 };

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_NAT, 2);
	world_add(&w, 54, 54, LB_FORWARD_NAT, 1);
	world_add(&w, 55, 55, LB_FORWARD_DSR, 1);
	/* Two of one address, so that its bucket asks. */
	w.backends[1][0].address = w.backends[0][0].address;
	w.backends[1][0].port = 5454;
	world_complete(&w);
	assert_true(refused_answers(w.tables, 1));
	maps->refuse = 1;
	maps_change(maps, NULL, w.tables);
	assert_true(w.tables->refused.n);
	assert_false(refused_answers(w.tables, 1));
	assert_true(refused_answers(w.tables, 2)); /* in a bucket, alone */
	assert_false(refused_answers(w.tables, 3));
	assert_true(refused_answers(w.tables, 4)); /* it answers by itself */
	maps->refuse = 0;
	again = world_tables(&w);
	maps_change(maps, w.tables, again);
	assert_true(refused_answers(again, 1));
	tables_free(again);
	world_destroy(&w);
	free(maps);
}

/* A value that is refused for a key that is there is an error as any other. */
static int refuse_all(void *arg, const struct tables_op *op)
{
	const enum plan_map *map = arg;

	return op->map == *map ? -ENOMEM : 0;
}

static void test_a_change_in_place_is_repeated(void **state)
{
	enum plan_map map = PLAN_SERVICES;
	struct world w = { 0 };
	struct tables *changed;

	(void)state;
	grow_two(&w, 54);
	changed = world_tables(&w);
	changed->services[0].value.ring_base += 64;
	assert_int_equal(tables_diff(w.tables, changed, refuse_all, &map),
			 -ENOMEM);
	assert_int_equal(changed->refused.n, 0);
	/* Nor does an ARRAY lack single entries. */
	tables_free(changed);
	map = PLAN_RING;
	changed = world_tables(&w);
	assert_int_equal(tables_diff(NULL, changed, refuse_all, &map), -ENOMEM);
	tables_free(changed);
	world_destroy(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_rest_goes_on),
		cmocka_unit_test(test_an_error_in_between),
		cmocka_unit_test(test_who_was_alone_stays),
		cmocka_unit_test(test_all_ports_wait_for_one),
		cmocka_unit_test(test_who_is_not_answered),
		cmocka_unit_test(test_a_change_in_place_is_repeated),
	};

	return cmocka_run_group_tests_name("tables_refused", tests, NULL, NULL);
}
