/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tables/places.h"

#define SERVICES 3
#define BACKENDS 4

/* Points into itself: never copied. */
struct world {
	struct model_backend backends[SERVICES][BACKENDS];
	struct model_service services[SERVICES];
	struct model model;
	struct plan *plan;
};

static char names[][2] = { "a", "b", "c" };

/* A service by its name, of backends 10.0.0.N:53. */
static void add(struct world *w, size_t name, uint32_t sticky_s,
		const char *last)
{
	struct model_service *service = &w->services[w->model.n_services];
	struct model_backend *backends = w->backends[w->model.n_services++];

	*service = (struct model_service){
		.name = names[name],
		.address = { .family = AF_INET,
			     .v4 = { htonl(0xc0000200 + (uint32_t)name) } },
		.all_ports = true,
		.forward = LB_FORWARD_SNAT,
		.ring_size = 16,
		.sticky_s = sticky_s,
		.backends = backends,
		.n_backends = strlen(last),
	};
	for (size_t i = 0; last[i]; i++)
		backends[i] = (struct model_backend){
			.address = { .family = AF_INET,
				     .v4 = { htonl(10U << 24 |
						   (uint8_t)last[i]) } },
			.port = 53,
			.weight = 1,
		};
}

static void complete(struct world *w)
{
	const struct plan_limits no_limits = { 0 };
	char why[256];

	w->model.services = w->services;
	w->model.flows = 100;
	assert_int_equal(
		plan_build(&w->model, &no_limits, &w->plan, why, sizeof(why)),
		0);
}

static void follow(struct world *w, const struct world *before)
{
	struct places places;

	complete(w);
	assert_int_equal(places_of(before->plan, &places), 0);
	assert_int_equal(places_keep(w->plan, &places), 0);
	places_free(&places);
}

static void assert_places(const struct world *w, size_t n,
			  const uint32_t *places)
{
	assert_int_equal(w->plan->sizes.backends, n + 1);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(w->plan->places[i + 1], places[i]);
}
#define ASSERT_PLACES(w, ...)                                                  \
	assert_places(w, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4,              \
		      (uint32_t[]){ __VA_ARGS__ })

static void test_of_a_plan(void **state)
{
	struct world w = { .plan = NULL };
	struct places places;

	(void)state;
	add(&w, 0, 0, "1");
	add(&w, 1, 60, "23");
	complete(&w);
	ASSERT_PLACES(&w, 1, 2, 3);
	assert_int_equal(w.plan->sizes.places, 4);
	assert_int_equal(w.plan->sizes.flows, 100);
	assert_int_equal(w.plan->services[0].sticky, 0);
	assert_int_equal(w.plan->services[1].sticky, 2);
	assert_int_equal(places_of(w.plan, &places), 0);
	assert_int_equal(places.n_backends, 3);
	assert_string_equal(places.backends[2].name, "b 10.0.0.51:53");
	assert_int_equal(places.backends[2].at, 3);
	assert_int_equal(places.n_services, 1);
	assert_string_equal(places.services[0].name, "b");
	assert_int_equal(places.services[0].at, 2);
	places_free(&places);
	plan_free(w.plan);
}

/* Who stays keeps the place; who comes gets one that nobody had. */
static void test_kept(void **state)
{
	struct world before = { .plan = NULL }, after = { .plan = NULL };
	struct world last = { .plan = NULL };

	(void)state;
	add(&before, 0, 60, "123");
	add(&before, 1, 60, "45");
	complete(&before);
	add(&after, 2, 60, "6");
	add(&after, 1, 60, "54");
	add(&after, 0, 60, "273");
	follow(&after, &before);
	ASSERT_PLACES(&after, 6, 5, 4, 2, 7, 3);
	assert_int_equal(after.plan->services[0].sticky, 3);
	assert_int_equal(after.plan->services[1].sticky, 2);
	assert_int_equal(after.plan->services[2].sticky, 1);
	assert_int_equal(after.plan->sizes.places, 8);
	assert_int_equal(after.plan->sizes.backend_stats, 8);

	/* What was free once more is used again: it does not grow for ever. */
	add(&last, 1, 60, "548");
	add(&last, 2, 60, "9");
	follow(&last, &after);
	ASSERT_PLACES(&last, 5, 4, 1, 8);
	assert_int_equal(last.plan->services[0].sticky, 2);
	assert_int_equal(last.plan->services[1].sticky, 3);
	plan_free(last.plan);
	plan_free(before.plan);
	plan_free(after.plan);
}

/* Without flows nothing is to be kept. */
static void test_not_sticky(void **state)
{
	struct world sticky = { .plan = NULL }, plain = { .plan = NULL };
	struct world later = { .plan = NULL };

	(void)state;
	add(&sticky, 0, 60, "12");
	complete(&sticky);
	add(&plain, 0, 0, "21");
	follow(&plain, &sticky);
	ASSERT_PLACES(&plain, 1, 2);
	assert_int_equal(plain.plan->sizes.flows, 1);
	add(&later, 0, 60, "12");
	follow(&later, &plain);
	ASSERT_PLACES(&later, 1, 2);
	plan_free(sticky.plan);
	plan_free(plain.plan);
	plan_free(later.plan);
}

/* From a damaged file: a place that two have is the first one's. */
static void test_twice(void **state)
{
	char first[] = "a 10.0.0.49:53", second[] = "a 10.0.0.50:53";
	struct places_name backends[] = {
		{ first, 5 },
		{ second, 5 },
	};
	struct places_name services[] = { { names[0], 9 } };
	struct places places = { backends, 2, services, 1 };
	struct world w = { .plan = NULL };

	(void)state;
	add(&w, 0, 60, "12");
	complete(&w);
	assert_int_equal(places_keep(w.plan, &places), 0);
	ASSERT_PLACES(&w, 5, 1);
	assert_int_equal(w.plan->services[0].sticky, 9);
	assert_int_equal(w.plan->sizes.places, 6);
	plan_free(w.plan);
}

static void test_copied(void **state)
{
	struct world before = { .plan = NULL }, after = { .plan = NULL };
	const struct plan_limits no_limits = { 0 };
	struct plan *plan;
	char why[256];

	(void)state;
	add(&before, 0, 60, "12");
	complete(&before);
	add(&after, 0, 60, "21");
	follow(&after, &before);
	assert_int_equal(
		plan_build(&after.model, &no_limits, &plan, why, sizeof(why)),
		0);
	places_copy(plan, after.plan);
	assert_int_equal(plan->places[1], 2);
	assert_int_equal(plan->places[2], 1);
	assert_int_equal(plan->services[0].sticky, 1);
	assert_int_equal(plan->sizes.places, 3);
	plan_free(plan);
	plan_free(before.plan);
	plan_free(after.plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_a_plan),  cmocka_unit_test(test_kept),
		cmocka_unit_test(test_not_sticky), cmocka_unit_test(test_twice),
		cmocka_unit_test(test_copied),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("places", tests, NULL, NULL);
}
