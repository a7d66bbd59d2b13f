/* SPDX-License-Identifier: GPL-2.0-only */
/* What is written in place: rings, and backends that come and go. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model/match.h"
#include "tables/places.h"
#include "tables/tests/maps.h"

/* The slots that are written, and when that is refused. */
struct slots {
	uint32_t ring[WORLD_RING];
	size_t n, fail_at; /* 0: never */
};

static int write_slot(void *arg, const struct tables_op *op)
{
	struct slots *s = arg;

	assert_int_equal(op->map, PLAN_RING);
	if (++s->n == s->fail_at)
		return -EBUSY;
	s->ring[*(const uint32_t *)op->key] = *(const uint32_t *)op->value;
	return 0;
}

static void assert_written(const struct slots *s, const struct tables *t)
{
	for (size_t i = 0; i < t->plan->n_services; i++)
		assert_memory_equal(s->ring + t->plan->services[i].ring_base,
				    t->rings[i]->slots,
				    t->plan->services[i].ring_size *
					    sizeof(uint32_t));
}

static void assert_same_rings(const struct tables *a, const struct tables *b)
{
	const struct plan *plan = a->plan;
	const uint32_t n = plan->sizes.backends;

	assert_memory_equal(a->owned, b->owned, n * sizeof(*a->owned));
	assert_memory_equal(a->weights + 1, b->weights + 1,
			    (n - 1) * sizeof(*a->weights));
	for (size_t i = 0; i < plan->n_services; i++) {
		assert_false(a->rings[i]->partial);
		assert_memory_equal(a->rings[i]->slots, b->rings[i]->slots,
				    plan->services[i].ring_size *
					    sizeof(uint32_t));
	}
}

static void fill(struct slots *s, const struct tables *t)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < t->plan->n_services; i++)
		memcpy(s->ring + t->plan->services[i].ring_base,
		       t->rings[i]->slots,
		       t->plan->services[i].ring_size * sizeof(uint32_t));
}

static void test_reweigh_is_build(void **state)
{
	struct slots s;
	struct world w;

	(void)state;
	world_small(&w);
	fill(&s, w.tables);
	srand(3);
	for (size_t i = 0; i < 200; i++) {
		const size_t service = (size_t)rand() % 3;
		struct tables *fresh;
		size_t others = 0;

		w.backends[service][0].weight = (uint16_t)(1 + rand() % 9);
		w.serves[w.plan->services[service].first_backend] = rand() % 3;
		fresh = world_tables(&w);
		for (uint32_t k = 0; k < 64; k++)
			others += fresh->rings[service]->slots[k] !=
				  w.tables->rings[service]->slots[k];
		s.n = 0;
		assert_int_equal(tables_reweigh(w.tables, service, &w.state,
						write_slot, &s),
				 0);
		/* No slot besides those that differ. */
		assert_int_equal(s.n, others);
		assert_same_rings(w.tables, fresh);
		assert_written(&s, w.tables);
		tables_free(fresh);
	}
	world_destroy(&w);
}

/*
 * As if it were not configured: what is to be its own moves to it at once,
 * nothing goes to an heir before.
 */
static void test_who_waits_is_not_in_the_ring(void **state)
{
	bool waits[WORLD_INDICES] = { [2] = true };
	struct world w, without;
	struct slots s;

	(void)state;
	world_small(&w);
	world_small(&without);
	without.backends[0][1].weight = 0;
	assert_int_equal(tables_reweigh(without.tables, 0, &without.state,
					write_slot, &s),
			 0);
	fill(&s, w.tables);
	w.state.waits = waits;
	w.serves[2] = false;
	assert_int_equal(tables_reweigh(w.tables, 0, &w.state, write_slot, &s),
			 0);
	assert_int_equal(w.tables->owned[2], 0);
	assert_same_rings(w.tables, without.tables);
	assert_written(&s, w.tables);
	waits[2] = false;
	w.serves[2] = true;
	assert_int_equal(tables_reweigh(w.tables, 0, &w.state, write_slot, &s),
			 0);
	assert_true(w.tables->owned[2] > 0);
	world_destroy(&without);
	world_destroy(&w);
}

/* What was refused is known: repeated, or by all tables anew. */
static void test_reweigh_goes_on(void **state)
{
	for (size_t again = 0; again < 2; again++) {
		struct tables *fresh, *next = NULL;
		struct slots s;
		struct world w;

		(void)state;
		world_small(&w);
		fill(&s, w.tables);
		w.backends[0][0].weight = 9;
		s.fail_at = 4;
		assert_int_equal(
			tables_reweigh(w.tables, 0, &w.state, write_slot, &s),
			-EBUSY);
		assert_true(w.tables->rings[0]->partial);
		assert_written(&s, w.tables);
		/* Another weight meanwhile. */
		w.backends[0][0].weight = 5;
		s.fail_at = 0;
		fresh = world_tables(&w);
		if (again) {
			assert_int_equal(tables_reweigh(w.tables, 0, &w.state,
							write_slot, &s),
					 0);
		} else {
			assert_int_equal(tables_rebuild(w.tables, w.plan,
							&w.state, &next),
					 0);
			assert_int_equal(
				tables_diff(w.tables, next, write_slot, &s), 0);
			tables_free(w.tables);
			w.tables = next;
		}
		assert_same_rings(w.tables, fresh);
		assert_written(&s, w.tables);
		tables_free(fresh);
		world_destroy(&w);
	}
}

static char names[WORLD_SERVICES][2] = { "a", "b", "c", "d", "e", "f" };

static void set_names(struct world *w)
{
	for (size_t i = 0; i < w->model.n_services; i++)
		w->services[i].name = names[i];
}

/* Takes out backends, but the last of a service; or puts them back. */
static size_t take_out(struct world *w)
{
	size_t gone = 0;

	for (size_t i = 0; i < w->model.n_services; i++) {
		struct model_service *s = &w->services[i];
		const size_t at = (size_t)rand() % s->n_backends;

		if (s->n_backends < 2 || rand() % 2)
			continue;
		s->n_backends--;
		memmove(&s->backends[at], &s->backends[at + 1],
			(s->n_backends - at) * sizeof(*s->backends));
		gone++;
	}
	return gone;
}

/* The world of "to" in the maps of "from"; neighbours move with backends. */
static int follow(struct world *to, const struct world *from)
{
	uint32_t number[WORLD_INDICES];
	char why[256];
	int err;

	tables_free(to->tables);
	plan_free(to->plan);
	to->tables = NULL;
	assert_int_equal(plan_build(&to->model, &to->limits, &to->plan, why,
				    sizeof(why)),
			 0);
	assert_int_equal(model_match(&from->model, &to->model, number), 0);
	err = places_follow(to->plan, from->plan, number);
	if (err)
		return err;
	for (uint32_t i = 1; i < to->plan->sizes.backends; i++) {
		to->hops[i] = number[i] ? from->hops[number[i]] : world_hop(77);
		to->serves[i] = number[i] ? from->serves[number[i]] : true;
	}
	memcpy(to->state.gateways, from->state.gateways,
	       sizeof(to->state.gateways));
	assert_int_equal(
		tables_rebuild(from->tables, to->plan, &to->state, &to->tables),
		0);
	return 0;
}

/* A backend that gets packets answers: nobody does before that is known. */
static int note_order(void *arg, const struct tables_op *op)
{
	bool *slots = arg;

	*slots |= op->map == PLAN_RING;
	if (op->map == PLAN_HOSTS || op->map == PLAN_REPLIES)
		assert_false(*slots);
	return 0;
}

static void assert_answers_first(const struct tables *from, struct tables *to)
{
	bool slots = false;

	assert_int_equal(tables_diff(from, to, note_order, &slots), 0);
}

/* After each write, every look-up is as it was before or as it will be. */
static void test_backends_come_and_go(void **state)
{
	struct maps *maps = maps_new();
	size_t n = 0, shared = 0;

	(void)state;
	srand(5);
	for (unsigned int round = 1; round < 150; round++) {
		unsigned int seeds[WORLD_SERVICES];
		struct world all, some, again;

		for (size_t i = 0; i < WORLD_SERVICES; i++)
			seeds[i] = 1 + (unsigned int)rand() % 1000;
		world_grow(&all, seeds);
		world_grow(&some, seeds);
		world_grow(&again, seeds);
		set_names(&all);
		set_names(&some);
		set_names(&again);
		maps_change(maps, NULL, all.tables);
		if (take_out(&some) && !follow(&some, &all)) {
			for (size_t i = 0; i < some.model.n_services; i++)
				shared += some.tables->rings[i] ==
					  all.tables->rings[i];
			maps_change(maps, all.tables, some.tables);
			/* And back: their places are free. */
			if (!follow(&again, &some)) {
				maps_change(maps, some.tables, again.tables);
				assert_answers_first(some.tables, again.tables);
				n++;
			}
		}
		world_destroy(&again);
		world_destroy(&some);
		world_destroy(&all);
		memset(maps, 0, sizeof(*maps));
	}
	assert_true(n > 50 && shared > 50);
	free(maps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reweigh_is_build),
		cmocka_unit_test(test_who_waits_is_not_in_the_ring),
		cmocka_unit_test(test_reweigh_goes_on),
		cmocka_unit_test(test_backends_come_and_go),
	};

	return cmocka_run_group_tests_name("tables_follow", tests, NULL, NULL);
}
