/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tables_test_world.h"

#define ROWS 128

/* What the kernel holds: maps that take one operation after the other. */
struct row {
	struct lb_endpoint4 key;
	union {
		struct lb_service service;
		struct lb_target reply;
	};
};

struct maps {
	struct lb_target backends[WORLD_INDICES];
	uint32_t ring[WORLD_RING];
	struct row services[ROWS], replies[ROWS];
	size_t n_services, n_replies;
	size_t ops[TABLES_SERVICES + 1]; /* by map */
	size_t n_ops, fail_at;		 /* 0: never */
	bool repeats;
	const struct tables *to; /* what the change leads to */
};

static void apply_to_rows(const struct maps *maps, struct row *rows, size_t *n,
			  size_t size, const struct tables_op *op)
{
	size_t i = 0;

	while (i < *n &&
	       memcmp(&rows[i].key, op->key, sizeof(rows[i].key)) != 0)
		i++;
	if (!op->value) {
		assert_true(i < *n || maps->repeats);
		if (i < *n)
			rows[i] = rows[--*n];
		return;
	}
	assert_true(i < ROWS);
	*n += i == *n;
	memcpy(&rows[i].key, op->key, sizeof(rows[i].key));
	memcpy(&rows[i].service, op->value, size);
}

/* A slot that a service can reach is empty or leads to a usable backend. */
static void assert_sound(const struct maps *maps)
{
	static const uint8_t no_mac[MAC_LEN];

	for (size_t i = 0; i < maps->n_services; i++) {
		const struct lb_service *s = &maps->services[i].service;

		for (uint32_t n = 0; n <= s->ring_mask; n++) {
			uint32_t owner = maps->ring[s->ring_base + n];

			if (owner == LB_NO_BACKEND)
				continue;
			assert_true(maps->backends[owner].address != 0);
			assert_memory_not_equal(maps->backends[owner].mac,
						no_mac, MAC_LEN);
		}
	}
}

/* No slot at all may lead to a backend without a MAC. */
static void apply_to_backends(struct maps *maps, uint32_t index,
			      const struct lb_target *value)
{
	static const uint8_t no_mac[MAC_LEN];

	assert_in_range(index, 1, WORLD_INDICES - 1);
	maps->backends[index] = *value;
	if (memcmp(value->mac, no_mac, MAC_LEN) == 0)
		for (size_t i = 0; i < WORLD_RING; i++)
			assert_int_not_equal(maps->ring[i], index);
}

static void apply_to_ring(struct maps *maps, uint32_t index, uint32_t value)
{
	assert_in_range(index, 0, WORLD_RING - 1);
	maps->ring[index] = value;
}

/* A service comes last, when everything that it leads to is there. */
static void apply_to_services(struct maps *maps, const struct tables_op *op)
{
	const struct tables *to = maps->to;

	apply_to_rows(maps, maps->services, &maps->n_services,
		      sizeof(struct lb_service), op);
	assert_memory_equal(maps->ring, to->ring,
			    to->n_ring * sizeof(*to->ring));
}

static int apply(void *arg, const struct tables_op *op)
{
	struct maps *maps = arg;

	if (++maps->n_ops == maps->fail_at)
		return -EBUSY;
	maps->ops[op->map]++;
	switch (op->map) {
	case TABLES_BACKENDS:
		apply_to_backends(maps, *(const uint32_t *)op->key, op->value);
		break;
	case TABLES_RING:
		apply_to_ring(maps, *(const uint32_t *)op->key,
			      *(const uint32_t *)op->value);
		break;
	case TABLES_REPLIES:
		apply_to_rows(maps, maps->replies, &maps->n_replies,
			      sizeof(struct lb_target), op);
		break;
	case TABLES_SERVICES:
		apply_to_services(maps, op);
		break;
	}
	assert_sound(maps);
	return 0;
}

static const struct row *find(const struct row *rows, size_t n,
			      const struct lb_endpoint4 *key)
{
	for (size_t i = 0; i < n; i++)
		if (!memcmp(&rows[i].key, key, sizeof(*key)))
			return &rows[i];
	fail_msg("no such key");
	return NULL;
}

/* The maps hold what the tables say, and nothing else. */
static void assert_hold(const struct maps *maps, const struct tables *t)
{
	static const struct maps empty;
	size_t n_rest = WORLD_INDICES - t->n_backends;

	assert_memory_equal(maps->ring, t->ring, t->n_ring * sizeof(*t->ring));
	assert_memory_equal(maps->ring + t->n_ring, empty.ring,
			    (WORLD_RING - t->n_ring) * sizeof(*t->ring));
	assert_memory_equal(maps->backends, t->backends,
			    t->n_backends * sizeof(*t->backends));
	if (n_rest)
		assert_memory_equal(maps->backends + t->n_backends,
				    empty.backends,
				    n_rest * sizeof(*t->backends));
	assert_int_equal(maps->n_services, t->n_services);
	for (size_t i = 0; i < t->n_services; i++)
		assert_memory_equal(&find(maps->services, maps->n_services,
					  &t->services[i].key)
					     ->service,
				    &t->services[i].value,
				    sizeof(struct lb_service));
	assert_int_equal(maps->n_replies, t->n_replies);
	for (size_t i = 0; i < t->n_replies; i++)
		assert_memory_equal(&find(maps->replies, maps->n_replies,
					  &t->replies[i].key)
					     ->reply,
				    &t->replies[i].value,
				    sizeof(struct lb_target));
}

/* Counts the operations of this change alone. */
static void change(struct maps *maps, const struct tables *from,
		   const struct tables *to)
{
	memset(maps->ops, 0, sizeof(maps->ops));
	maps->n_ops = 0;
	maps->to = to;
	assert_int_equal(tables_diff(from, to, apply, maps), 0);
	assert_hold(maps, to);
}

static void assert_ops(const struct maps *maps, size_t backends, size_t ring,
		       size_t replies, size_t services)
{
	assert_int_equal(maps->ops[TABLES_BACKENDS], backends);
	assert_int_equal(maps->ops[TABLES_RING], ring);
	assert_int_equal(maps->ops[TABLES_REPLIES], replies);
	assert_int_equal(maps->ops[TABLES_SERVICES], services);
}

static void test_first_fill(void **state)
{
	struct maps maps = { 0 };
	struct tables *t;
	struct world w;

	(void)state;
	world_small(&w);
	change(&maps, NULL, w.tables);
	assert_ops(&maps, 6, 192, 3, 8);
	/* A ring that nobody serves is as it was created. */
	w.hops[6].known = false;
	t = world_tables(&w);
	memset(&maps, 0, sizeof(maps));
	change(&maps, NULL, t);
	assert_ops(&maps, 6, 128, 3, 8);
	tables_free(t);
	world_destroy(&w);
}

static void test_nothing_changed(void **state)
{
	struct maps maps = { 0 };
	struct tables *same;
	struct world w;

	(void)state;
	world_small(&w);
	same = world_tables(&w);
	change(&maps, NULL, w.tables);
	change(&maps, w.tables, same);
	assert_int_equal(maps.n_ops, 0);
	change(&maps, w.tables, w.tables);
	assert_int_equal(maps.n_ops, 0);
	tables_free(same);
	world_destroy(&w);
}

static size_t slots_of(const struct tables *t, uint32_t index)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_ring; i++)
		n += t->ring[i] == index;
	return n;
}

static void test_a_backend_falls_and_returns(void **state)
{
	struct maps maps = { 0 };
	struct tables *down;
	struct world w;

	(void)state;
	world_small(&w);
	change(&maps, NULL, w.tables);
	w.serves[2] = false;
	down = world_tables(&w);
	change(&maps, w.tables, down);
	assert_ops(&maps, 0, slots_of(w.tables, 2), 0, 0);
	change(&maps, down, w.tables);
	assert_ops(&maps, 0, slots_of(w.tables, 2), 0, 0);
	tables_free(down);
	/* The same with its MAC: apply() sees that no slot leads to nowhere. */
	w.hops[2].known = false;
	down = world_tables(&w);
	change(&maps, w.tables, down);
	assert_ops(&maps, 1, slots_of(w.tables, 2), 0, 0);
	change(&maps, down, w.tables);
	assert_ops(&maps, 1, slots_of(w.tables, 2), 0, 0);
	tables_free(down);
	world_destroy(&w);
}

static void test_a_mac_changes(void **state)
{
	struct maps maps = { 0 };
	struct tables *moved;
	struct world w;

	(void)state;
	world_small(&w);
	w.hops[2] = world_hop(99);
	moved = world_tables(&w);
	change(&maps, NULL, w.tables);
	change(&maps, w.tables, moved);
	assert_ops(&maps, 1, 0, 0, 0);
	tables_free(moved);
	world_destroy(&w);
}

static void test_the_gateway_changes(void **state)
{
	struct maps maps = { 0 };
	struct tables *other;
	struct world w;

	(void)state;
	world_small(&w);
	change(&maps, NULL, w.tables);
	w.state.gateway.known = false;
	other = world_tables(&w);
	change(&maps, w.tables, other);
	assert_ops(&maps, 0, 0, 3, 0);
	change(&maps, other, w.tables);
	assert_ops(&maps, 0, 0, 3, 0);
	tables_free(other);
	world_destroy(&w);
}

/* A service more, and again one less: the others keep what they have. */
static void test_a_service_comes_and_goes(void **state)
{
	struct maps maps = { 0 };
	struct world w, more = { 0 };

	(void)state;
	world_small(&w);
	world_add(&more, 53, 53, LB_FORWARD_NAT, 3);
	world_add(&more, 5000, 5005, LB_FORWARD_SNAT, 2);
	world_add(&more, 7, 7, LB_FORWARD_DSR, 1);
	world_add(&more, 53, 54, LB_FORWARD_NAT, 4);
	world_complete(&more);
	change(&maps, NULL, w.tables);
	change(&maps, w.tables, more.tables);
	assert_ops(&maps, 4, 64, 4, 2);
	change(&maps, more.tables, w.tables);
	assert_ops(&maps, 4, 64, 4, 2);
	world_destroy(&more);
	world_destroy(&w);
}

/* From any tables to any others; apply() looks after every operation. */
static void test_from_anything_to_anything(void **state)
{
	struct maps maps = { 0 };
	struct world worlds[2];

	(void)state;
	srand(3);
	world_random(&worlds[0]);
	change(&maps, NULL, worlds[0].tables);
	for (size_t i = 0; i < 300; i++) {
		struct world *from = &worlds[i % 2];
		struct world *to = &worlds[(i + 1) % 2];

		world_random(to);
		change(&maps, from->tables, to->tables);
		world_destroy(from);
	}
	world_destroy(&worlds[0]);
}

/* It ends at the error; done again, it comes to the same. */
static void test_an_error_is_passed_on(void **state)
{
	struct maps filled = { 0 }, maps;
	struct world from, to;
	size_t n;

	(void)state;
	srand(4);
	world_random(&from);
	world_random(&to);
	change(&filled, NULL, from.tables);
	maps = filled;
	change(&maps, from.tables, to.tables);
	n = maps.n_ops;
	assert_true(n > 100);
	for (size_t fail_at = 1; fail_at <= n; fail_at++) {
		maps = filled;
		maps.to = to.tables;
		maps.n_ops = 0;
		maps.fail_at = fail_at;
		assert_int_equal(
			tables_diff(from.tables, to.tables, apply, &maps),
			-EBUSY);
		assert_int_equal(maps.n_ops, fail_at);
		maps.fail_at = 0;
		maps.repeats = true;
		change(&maps, from.tables, to.tables);
	}
	world_destroy(&from);
	world_destroy(&to);
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
		cmocka_unit_test(test_from_anything_to_anything),
		cmocka_unit_test(test_an_error_is_passed_on),
	};

	return cmocka_run_group_tests_name("tables_diff", tests, NULL, NULL);
}
