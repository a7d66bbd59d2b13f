/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tables/tests/maps.h"

static void assert_ops(const struct maps *maps, size_t backends, size_t ring,
		       size_t hosts, size_t vips)
{
	assert_int_equal(maps->ops[PLAN_BACKENDS], backends);
	assert_int_equal(maps->ops[PLAN_RING], ring);
	assert_int_equal(maps->ops[PLAN_HOSTS], hosts);
	assert_int_equal(maps->ops[PLAN_VIPS], vips);
	assert_int_equal(maps->n_ops, backends + ring + hosts + vips);
}

static void test_first_fill(void **state)
{
	struct maps *maps = maps_new();
	struct tables *t;
	struct world w;

	(void)state;
	world_small(&w);
	maps_change(maps, NULL, w.tables);
	assert_ops(maps, 6, 192, 3, 3);
	free(maps);
	/* A ring that nobody serves is as it was created. */
	maps = maps_new();
	w.hops[6].known = false;
	t = world_tables(&w);
	maps_change(maps, NULL, t);
	assert_ops(maps, 6, 128, 3, 3);
	tables_free(t);
	world_destroy(&w);
	free(maps);
}

static void test_nothing_changed(void **state)
{
	struct maps *maps = maps_new();
	struct tables *same;
	struct world w;

	(void)state;
	world_small(&w);
	same = world_tables(&w);
	maps_change(maps, NULL, w.tables);
	maps_change(maps, w.tables, same);
	assert_int_equal(maps->n_ops, 0);
	maps_change(maps, w.tables, w.tables);
	assert_int_equal(maps->n_ops, 0);
	tables_free(same);
	world_destroy(&w);
	free(maps);
}

static void test_a_backend_falls_and_returns(void **state)
{
	struct maps *maps = maps_new();
	struct tables *down;
	struct world w;

	(void)state;
	world_small(&w);
	maps_change(maps, NULL, w.tables);
	w.serves[2] = false;
	down = world_tables(&w);
	maps_change(maps, w.tables, down);
	assert_ops(maps, 0, w.tables->owned[2], 0, 0);
	maps_change(maps, down, w.tables);
	assert_ops(maps, 0, w.tables->owned[2], 0, 0);
	tables_free(down);
	/* The same with its MAC: no slot leads to nowhere. */
	w.hops[2].known = false;
	down = world_tables(&w);
	maps_change(maps, w.tables, down);
	assert_ops(maps, 1, w.tables->owned[2], 0, 0);
	maps_change(maps, down, w.tables);
	assert_ops(maps, 1, w.tables->owned[2], 0, 0);
	tables_free(down);
	world_destroy(&w);
	free(maps);
}

static void test_a_mac_changes(void **state)
{
	struct maps *maps = maps_new();
	struct tables *moved;
	struct world w;

	(void)state;
	world_small(&w);
	w.hops[2] = world_hop(99);
	moved = world_tables(&w);
	maps_change(maps, NULL, w.tables);
	maps_change(maps, w.tables, moved);
	assert_ops(maps, 1, 0, 0, 0);
	tables_free(moved);
	world_destroy(&w);
	free(maps);
}

static void test_the_gateway_changes(void **state)
{
	struct maps *maps = maps_new();
	struct tables *other;
	struct world w;

	(void)state;
	world_small(&w);
	maps_change(maps, NULL, w.tables);
	w.state.gateways[1].known = false;
	w.state.gateways[0].known = false;
	other = world_tables(&w);
	maps_change(maps, w.tables, other);
	assert_ops(maps, 0, 0, 3, 0);
	maps_change(maps, other, w.tables);
	assert_ops(maps, 0, 0, 3, 0);
	tables_free(other);
	world_destroy(&w);
	free(maps);
}

/* A service more, and again one less: the others keep what they have. */
static void test_a_service_comes_and_goes(void **state)
{
	struct maps *maps = maps_new();
	struct world w, more = { 0 };

	(void)state;
	world_small(&w);
	world_add(&more, 53, 53, LB_FORWARD_NAT, 3);
	world_add(&more, 5000, 5005, LB_FORWARD_SNAT, 2);
	world_add(&more, 7, 7, LB_FORWARD_DSR, 1);
	world_add(&more, 53, 54, LB_FORWARD_NAT, 3);
	world_complete(&more);
	maps_change(maps, NULL, w.tables);
	maps_change(maps, w.tables, more.tables);
	/* A bucket that becomes somebody's is written in three steps. */
	assert_ops(maps, 3, 64, 3 * 3, 3);
	maps_change(maps, more.tables, w.tables);
	assert_ops(maps, 3, 64, 3 * 3, 3);
	world_destroy(&more);
	world_destroy(&w);
	free(maps);
}

static void two_vips(struct world *w, const struct addr *first,
		     const struct addr *second)
{
	memset(w, 0, sizeof(*w));
	world_add(w, 53, 53, LB_FORWARD_DSR, 1);
	w->services[0].address = *first;
	if (second) {
		world_add(w, 53, 53, LB_FORWARD_DSR, 1);
		w->services[1].address = *second;
	}
	world_complete(w);
}

/* Another VIP in the bucket: the one that stays is found at every step. */
static void test_alone_and_asked(void **state)
{
	struct addr vips[WORLD_POOL], hosts[WORLD_POOL];
	struct maps *maps = maps_new();
	struct world one, both;

	(void)state;
	world_pools(vips, hosts);
	two_vips(&one, &vips[0], NULL);
	two_vips(&both, &vips[0], &vips[6]);
	maps_change(maps, NULL, one.tables);
	maps_change(maps, one.tables, both.tables);
	assert_int_equal(maps->ops[PLAN_SERVICES], 4);
	assert_int_equal(maps->ops[PLAN_VIPS], 2);
	maps_change(maps, both.tables, one.tables);
	assert_int_equal(maps->ops[PLAN_SERVICES], 4);
	assert_int_equal(maps->ops[PLAN_VIPS], 2);
	world_destroy(&one);
	world_destroy(&both);
	free(maps);
}

/* As if the one had gone before the other came. */
static void test_a_bucket_changes_hands(void **state)
{
	struct addr vips[WORLD_POOL], hosts[WORLD_POOL];
	struct maps *maps = maps_new();
	struct world old, new;

	(void)state;
	world_pools(vips, hosts);
	two_vips(&old, &vips[0], NULL);
	two_vips(&new, &vips[6], NULL);
	maps_change(maps, NULL, old.tables);
	maps_change(maps, old.tables, new.tables);
	assert_int_equal(maps->n_ops, 3);
	assert_int_equal(maps->ops[PLAN_VIPS], 3);
	world_destroy(&old);
	world_destroy(&new);
	free(maps);
}

/* The first tunnel comes, the last one goes: its source is there before it. */
static void test_tunnels(void **state)
{
	struct addr vips[WORLD_POOL], hosts[WORLD_POOL];
	struct maps *maps = maps_new();
	struct world without, with = { 0 };

	(void)state;
	world_pools(vips, hosts);
	two_vips(&without, &vips[0], NULL);
	world_add(&with, 53, 53, LB_FORWARD_IPIP, 1);
	with.services[0].address = vips[0];
	world_complete(&with);
	maps_change(maps, NULL, without.tables);
	maps_change(maps, without.tables, with.tables);
	assert_int_equal(maps->ops[PLAN_TUNNELS], LB_TUNNELS);
	maps_change(maps, with.tables, without.tables);
	assert_int_equal(maps->ops[PLAN_TUNNELS], LB_TUNNELS);
	world_destroy(&without);
	world_destroy(&with);
	free(maps);
}

static void draw_seeds(unsigned int seeds[WORLD_SERVICES], size_t changes)
{
	for (; changes; changes--)
		seeds[rand() % WORLD_SERVICES] = rand() % 12;
	seeds[rand() % WORLD_SERVICES] |= 1;
}

/* From any tables to any others; the maps look after every operation. */
static void test_from_anything_to_anything(void **state)
{
	unsigned int seeds[WORLD_SERVICES] = { 1, 2, 3, 4, 5, 6 };
	struct maps *maps = maps_new();
	struct world worlds[2];

	(void)state;
	srand(3);
	world_grow(&worlds[0], seeds);
	maps_change(maps, NULL, worlds[0].tables);
	for (size_t i = 0; i < 200; i++) {
		struct world *from = &worlds[i % 2];
		struct world *to = &worlds[(i + 1) % 2];

		draw_seeds(seeds, i % 3 ? 1 : 4);
		world_grow(to, seeds);
		maps_change(maps, from->tables, to->tables);
		world_destroy(from);
	}
	world_destroy(&worlds[0]);
	free(maps);
}

/* It ends at the error; done again, it goes on and comes to the same. */
static void test_an_error_is_passed_on(void **state)
{
	unsigned int seeds[WORLD_SERVICES] = { 1, 2, 3, 4, 5, 6 };
	struct maps *filled = maps_new(), *maps = maps_new();
	struct world from, to;
	size_t n;

	(void)state;
	srand(4);
	world_grow(&from, seeds);
	draw_seeds(seeds, 5);
	world_grow(&to, seeds);
	maps_change(filled, NULL, from.tables);
	memcpy(maps, filled, sizeof(*maps));
	maps_change(maps, from.tables, to.tables);
	n = maps->n_ops;
	assert_true(n > 100);
	for (size_t fail_at = 1; fail_at <= n; fail_at++) {
		memcpy(maps, filled, sizeof(*maps));
		maps->fail_at = fail_at;
		maps->n_ops = 0;
		assert_int_equal(maps_try(maps, from.tables, to.tables),
				 -EBUSY);
		assert_int_equal(maps->n_ops, fail_at);
		maps->fail_at = 0;
		assert_int_equal(maps_try(maps, from.tables, to.tables), 0);
		/* The one that failed was all that came again. */
		assert_int_equal(maps->n_ops, n + 1);
		maps_assert_hold(maps, to.tables);
	}
	world_destroy(&from);
	world_destroy(&to);
	free(filled);
	free(maps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_fill),
		cmocka_unit_test(test_nothing_changed),
		cmocka_unit_test(test_a_backend_falls_and_returns),
		cmocka_unit_test(test_a_mac_changes),
		cmocka_unit_test(test_the_gateway_changes),
		cmocka_unit_test(test_a_service_comes_and_goes),
		cmocka_unit_test(test_alone_and_asked),
		cmocka_unit_test(test_a_bucket_changes_hands),
		cmocka_unit_test(test_tunnels),
		cmocka_unit_test(test_from_anything_to_anything),
		cmocka_unit_test(test_an_error_is_passed_on),
	};

	return cmocka_run_group_tests_name("tables_diff", tests, NULL, NULL);
}
