/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "watch/idle.h"
#include "tables/places.h"

/* Service 0 is sticky for 10 s, 1 for 60 s, 2 not at all; 2 backends each. */
struct world {
	struct model_backend backends[6];
	struct model_service services[3];
	struct model model;
	struct plan *plan;
	struct flows *flows;
};

static int setup(void **state)
{
	static char names[][2] = { "a", "b", "c" };
	static const uint32_t sticky[] = { 10, 60, 0 };
	static struct world w;
	const struct plan_limits no_limits = { 0 };
	char why[256];

	memset(&w, 0, sizeof(w));
	for (uint32_t i = 0; i < 6; i++)
		w.backends[i] = (struct model_backend){
			.address = { .family = AF_INET,
				     .v4 = { htonl(0x0a000001 + i) } },
			.weight = 1,
		};
	for (uint32_t i = 0; i < 3; i++)
		w.services[i] = (struct model_service){
			.name = names[i],
			.address = { .family = AF_INET,
				     .v4 = { htonl(0xc0000201 + i) } },
			.all_ports = true,
			.forward = LB_FORWARD_SNAT,
			.ring_size = 16,
			.sticky_s = sticky[i],
			.backends = &w.backends[2 * i],
			.n_backends = 2,
		};
	w.model.services = w.services;
	w.model.n_services = 3;
	w.model.flows = 100;
	assert_int_equal(
		plan_build(&w.model, &no_limits, &w.plan, why, sizeof(why)), 0);
	assert_int_equal(flows_new(&w.flows), 0);
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	flows_free(w->flows);
	plan_free(w->plan);
	return 0;
}

/* Client i of service 0 or 1 (sticky 1, 2), at a backend. */
static enum flows_verdict see(struct world *w, uint32_t i, uint32_t service,
			      uint32_t backend, uint64_t packets,
			      uint32_t now_ms)
{
	const struct lb_flow key = { .ports = i, .service = service };
	const struct lb_flow_state state = { .backend = backend,
					     .packets = packets };

	return flows_see(w->flows, &key, &state, now_ms);
}

static void begin(struct world *w)
{
	assert_int_equal(flows_begin(w->flows, w->plan), 0);
}

/* One flow, one pass. */
static enum flows_verdict pass(struct world *w, uint32_t backend,
			       uint64_t packets, uint32_t now_ms)
{
	enum flows_verdict verdict;

	begin(w);
	verdict = see(w, 7, 1, backend, packets, now_ms);
	flows_end(w->flows);
	return verdict;
}

static void test_idle(void **state)
{
	struct world *w = *state;

	assert_int_equal(pass(w, 1, 5, 1000), FLOWS_IN_USE);
	assert_int_equal(pass(w, 1, 5, 6000), FLOWS_IN_USE);
	assert_int_equal(pass(w, 1, 5, 10999), FLOWS_IN_USE);
	assert_int_equal(flows_total(w->flows), 1);
	assert_int_equal(pass(w, 1, 5, 11000), FLOWS_IDLE);
	assert_int_equal(flows_total(w->flows), 0);
}

static void test_used_again(void **state)
{
	struct world *w = *state;

	assert_int_equal(pass(w, 1, 5, 1000), FLOWS_IN_USE);
	assert_int_equal(pass(w, 1, 6, 9000), FLOWS_IN_USE);
	assert_int_equal(pass(w, 1, 6, 18999), FLOWS_IN_USE);
	assert_int_equal(pass(w, 1, 6, 19000), FLOWS_IDLE);
}

/* Replaced by the program, with no packets again. */
static void test_moved(void **state)
{
	struct world *w = *state;

	assert_int_equal(pass(w, 1, 0, 1000), FLOWS_IN_USE);
	assert_int_equal(pass(w, 2, 0, 11000), FLOWS_IN_USE);
	assert_int_equal(flows_of_backend(w->flows, 1), 0);
	assert_int_equal(flows_of_backend(w->flows, 2), 1);
	assert_int_equal(pass(w, 2, 0, 21000), FLOWS_IDLE);
}

static void test_time_wraps(void **state)
{
	struct world *w = *state;

	assert_int_equal(pass(w, 1, 5, UINT32_MAX - 4999), FLOWS_IN_USE);
	assert_int_equal(pass(w, 1, 5, 4999), FLOWS_IN_USE);
	assert_int_equal(pass(w, 1, 5, 5000), FLOWS_IDLE);
}

/* What was seen is forgotten with the entry. */
static void test_gone_and_back(void **state)
{
	struct world *w = *state;

	assert_int_equal(pass(w, 1, 5, 1000), FLOWS_IN_USE);
	begin(w);
	flows_end(w->flows);
	assert_int_equal(flows_total(w->flows), 0);
	assert_int_equal(pass(w, 1, 5, 11000), FLOWS_IN_USE);
}

static void test_of_nobody(void **state)
{
	struct world *w = *state;

	begin(w);
	assert_int_equal(see(w, 1, 1, 0, 0, 0), FLOWS_OF_NOBODY);
	assert_int_equal(see(w, 2, 1, 3, 0, 0), FLOWS_OF_NOBODY);
	assert_int_equal(see(w, 3, 1, 7, 0, 0), FLOWS_OF_NOBODY);
	assert_int_equal(see(w, 4, 9, 1, 0, 0), FLOWS_OF_NOBODY);
	assert_int_equal(see(w, 5, 0, 5, 0, 0), FLOWS_OF_NOBODY);
	assert_int_equal(see(w, 6, 2, 4, 0, 0), FLOWS_IN_USE);
	flows_end(w->flows);
	assert_int_equal(flows_total(w->flows), 1);
	assert_int_equal(flows_of_backend(w->flows, 4), 1);
	assert_int_equal(flows_of_backend(w->flows, 99), 0);
}

/* A service's own time; backends by place, not by number. */
static void test_of_each(void **state)
{
	struct world *w = *state;

	w->plan->places[1] = 6;
	w->plan->places[6] = 1;
	for (uint32_t now = 0; now <= 20000; now += 20000) {
		begin(w);
		see(w, 1, 1, 6, 0, now);
		assert_int_equal(see(w, 1, 2, 3, 0, now), FLOWS_IN_USE);
		flows_end(w->flows);
		assert_int_equal(flows_of_backend(w->flows, 1), now == 0);
		assert_int_equal(flows_of_backend(w->flows, 3), 1);
	}
}

/* More than there was room for at first: all are idle at last. */
static void test_many(void **state)
{
	const uint32_t n = 20000;
	struct world *w = *state;
	uint32_t now = 0, idle = 0;

	for (int i = 0; i < 4; i++, now += 4000) {
		begin(w);
		for (uint32_t k = 0; k < n; k++)
			assert_int_equal(see(w, k, 1, 1 + k % 2, k, now),
					 FLOWS_IN_USE);
		flows_end(w->flows);
		assert_int_equal(flows_of_backend(w->flows, 1), n / 2);
		/* Who was not remembered is, from now on. */
		if (i == 1)
			now -= 4000;
		if (i == 2)
			now -= 1000;
	}
	begin(w);
	for (uint32_t k = 0; k < n; k++)
		idle += see(w, k, 1, 1 + k % 2, k, 60000) == FLOWS_IDLE;
	flows_end(w->flows);
	assert_int_equal(idle, n);
}

/* A pass that did not end has not happened. */
static void test_broken_off(void **state)
{
	struct world *w = *state;

	assert_int_equal(pass(w, 1, 5, 1000), FLOWS_IN_USE);
	begin(w);
	see(w, 7, 1, 1, 6, 2000);
	assert_int_equal(flows_total(w->flows), 1);
	assert_int_equal(pass(w, 1, 5, 11000), FLOWS_IDLE);
}

static void test_period(void **state)
{
	struct world *w = *state;

	assert_int_equal(flows_period_ms(w->plan), 2500);
	w->services[0].sticky_s = 1;
	assert_int_equal(flows_period_ms(w->plan), 1000);
	w->services[0].sticky_s = 3600;
	assert_int_equal(flows_period_ms(w->plan), 15000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_idle),	  TEST(test_used_again),
		TEST(test_moved),	  TEST(test_time_wraps),
		TEST(test_gone_and_back), TEST(test_of_nobody),
		TEST(test_of_each),	  TEST(test_many),
		TEST(test_broken_off),	  TEST(test_period),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("flows", tests, NULL, NULL);
}
