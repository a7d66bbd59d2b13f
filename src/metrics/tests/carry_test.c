/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "metrics/carry.h"

#define BACKENDS 3
#define CPUS	 2

/* A service with backends 10.0.0.N, N as told. */
struct world {
	struct model_backend backends[BACKENDS];
	struct model_service service;
	struct model model;
	struct plan *plan;
	struct carry carry;
};

static void start(struct world *w, char *name, size_t cpus, size_t n,
		  const uint8_t *last)
{
	const struct plan_limits no_limits = { 0 };
	char why[256];

	memset(w, 0, sizeof(*w));
	for (size_t i = 0; i < n; i++) {
		w->backends[i].address.family = AF_INET;
		w->backends[i].address.v4.s_addr = htonl(10U << 24 | last[i]);
		w->backends[i].port = 53;
		w->backends[i].weight = 1;
	}
	w->service = (struct model_service){
		.name = name,
		.address = { .family = AF_INET, .v4 = { 1 } },
		.all_ports = true,
		.forward = LB_FORWARD_SNAT,
		.ring_size = 16,
		.backends = w->backends,
		.n_backends = n,
	};
	w->model.services = &w->service;
	w->model.n_services = 1;
	assert_int_equal(
		plan_build(&w->model, &no_limits, &w->plan, why, sizeof(why)),
		0);
	assert_int_equal(carry_start(&w->carry, w->plan, cpus), 0);
}

static void end(struct world *w)
{
	carry_free(&w->carry);
	plan_free(w->plan);
}

static void assert_count(const struct lb_counter *count, uint64_t packets)
{
	assert_int_equal(count->packets, packets);
	assert_int_equal(count->bytes, packets * 100);
}

static void count(struct world *w, size_t index, uint64_t packets)
{
	/* One part on each CPU. */
	const struct lb_counter counters[CPUS] = {
		{ packets - 1, (packets - 1) * 100 }, { 1, 100 }
	};

	carry_add_backend(&w->carry, index, counters, CPUS);
}

static char service_name[] = "dns", other_name[] = "dns2";

static void test_names(void **state)
{
	struct world w;

	(void)state;
	start(&w, service_name, CPUS, 2, (const uint8_t[]){ 1, 2 });
	assert_int_equal(w.carry.n_backends, 3);
	assert_null(w.carry.backends[0].name);
	assert_string_equal(w.carry.backends[1].name, "dns 10.0.0.1:53");
	assert_string_equal(w.carry.backends[2].name, "dns 10.0.0.2:53");
	end(&w);
}

/* 1 and 3 stay, at other places; 2 goes, 4 comes. */
static void test_by_name(void **state)
{
	struct world old, new;

	(void)state;
	start(&old, service_name, CPUS, 3, (const uint8_t[]){ 1, 2, 3 });
	start(&new, service_name, CPUS, 3, (const uint8_t[]){ 3, 4, 1 });
	count(&old, 1, 10);
	count(&old, 2, 20);
	count(&old, 3, 30);
	count(&new, 1, 5);
	assert_int_equal(carry_inherit(&new.carry, &old.carry), 0);
	assert_count(&new.carry.backends[1].count, 35);
	assert_count(&new.carry.backends[2].count, 0);
	assert_count(&new.carry.backends[3].count, 10);
	/* What was forwarded stays forwarded. */
	assert_count(&new.carry.reasons[LB_REASON_FORWARDED], 20);
	assert_int_equal(new.carry.cpus[0], 57 + 4);
	assert_int_equal(new.carry.cpus[1], 3 + 1);
	end(&old);
	end(&new);
}

/* The same backend of another service is another one. */
static void test_by_service(void **state)
{
	struct world old, new;

	(void)state;
	start(&old, service_name, CPUS, 1, (const uint8_t[]){ 1 });
	start(&new, other_name, CPUS, 1, (const uint8_t[]){ 1 });
	count(&old, 1, 10);
	assert_int_equal(carry_inherit(&new.carry, &old.carry), 0);
	assert_count(&new.carry.backends[1].count, 0);
	assert_count(&new.carry.reasons[LB_REASON_FORWARDED], 10);
	end(&old);
	end(&new);
}

/* Passed packets are not processed; those of a generation before stay. */
static void test_reasons(void **state)
{
	const struct lb_counter counters[CPUS] = { { 3, 300 }, { 4, 400 } };
	struct world old, new;

	(void)state;
	start(&old, service_name, CPUS, 1, (const uint8_t[]){ 1 });
	start(&new, service_name, CPUS, 1, (const uint8_t[]){ 1 });
	carry_add_reason(&old.carry, LB_REASON_NOT_UDP, counters, CPUS);
	carry_add_reason(&old.carry, LB_REASON_DENIED, counters, CPUS);
	assert_int_equal(carry_inherit(&new.carry, &old.carry), 0);
	carry_add_reason(&new.carry, LB_REASON_DENIED, counters, CPUS);
	assert_count(&new.carry.reasons[LB_REASON_NOT_UDP], 7);
	assert_count(&new.carry.reasons[LB_REASON_DENIED], 14);
	assert_int_equal(new.carry.cpus[0], 6);
	assert_int_equal(new.carry.cpus[1], 8);
	end(&old);
	end(&new);
}

/* From CPUs to a card, where all are one: nothing is lost of the sum. */
static void test_fewer_cpus(void **state)
{
	struct world old, new;

	(void)state;
	start(&old, service_name, CPUS, 1, (const uint8_t[]){ 1 });
	start(&new, service_name, 1, 1, (const uint8_t[]){ 1 });
	count(&old, 1, 10);
	count(&new, 1, 5);
	assert_int_equal(carry_inherit(&new.carry, &old.carry), 0);
	assert_int_equal(new.carry.cpus[0], 15);
	end(&old);
	end(&new);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_by_name),
		cmocka_unit_test(test_by_service),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_fewer_cpus),
	};

	return cmocka_run_group_tests_name("carry", tests, NULL, NULL);
}
