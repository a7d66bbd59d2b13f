/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
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
	/* What was forwarded stays forwarded, and by this service. */
	assert_count(&new.carry.reasons[LB_REASON_FORWARDED], 20);
	assert_count(&new.carry.services[0].count, 20);
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
	assert_count(&new.carry.services[0].count, 0);
	end(&old);
	end(&new);
}

/* All that a service ever forwarded, whoever of its backends did. */
static uint64_t all_of(const struct world *w)
{
	uint64_t sum = w->carry.services[0].count.packets;

	for (size_t i = 1; i < w->carry.n_backends; i++)
		sum += w->carry.backends[i].count.packets;
	return sum;
}

/* Who reads it takes what falls for a counter that began anew. */
static void test_service_never_falls(void **state)
{
	const uint8_t whole[] = { 1, 2, 3 };
	struct world before, now;

	(void)state;
	start(&before, service_name, CPUS, 3, whole);
	count(&before, 1, 10);
	count(&before, 2, 20);
	count(&before, 3, 30);
	before.carry.services[0].health.checks = 7;
	/* Each leaves once, and is there again. */
	for (uint8_t i = 0; i < 3; i++) {
		const uint8_t two[] = { whole[(i + 1) % 3],
					whole[(i + 2) % 3] };

		start(&now, service_name, CPUS, 2, two);
		assert_int_equal(carry_inherit(&now.carry, &before.carry), 0);
		assert_int_equal(all_of(&now), 60 + i);
		end(&before);
		start(&before, service_name, CPUS, 3, whole);
		assert_int_equal(carry_inherit(&before.carry, &now.carry), 0);
		end(&now);
		count(&before, 1 + i, 1);
		assert_int_equal(all_of(&before), 61 + i);
		assert_int_equal(before.carry.services[0].health.checks, 7);
	}
	assert_count(&before.carry.reasons[LB_REASON_FORWARDED], 60);
	end(&before);
}

/* In the same maps: 2 and 3 are 1 and 2 now, 1 is gone, and still counts. */
static void test_follow(void **state)
{
	const uint32_t from[] = { 0, 2, 3 };
	const struct lb_counter last[CPUS] = { { 3, 300 }, { 1, 100 } };
	struct carry_backend *next = calloc(3, sizeof(*next));
	struct world w;

	(void)state;
	assert_non_null(next);
	start(&w, service_name, CPUS, 3, (const uint8_t[]){ 1, 2, 3 });
	count(&w, 1, 10);
	count(&w, 2, 20);
	count(&w, 3, 30);
	carry_follow(&w.carry, next, 3, from);
	assert_int_equal(w.carry.n_backends, 3);
	assert_string_equal(w.carry.backends[2].name, "dns 10.0.0.3:53");
	assert_int_equal(all_of(&w), 60);
	w.carry.gone = calloc(2, sizeof(*w.carry.gone));
	assert_non_null(w.carry.gone);
	w.carry.gone[0] = (struct carry_gone){ .place = 9 };
	w.carry.gone[1].count = (struct lb_counter){ 5, 500 };
	w.carry.n_gone = 2;
	carry_add_gone(&w.carry, &w.carry.gone[0], last, CPUS);
	/* What cannot be read is as it was read last. */
	carry_add_gone(&w.carry, &w.carry.gone[1], NULL, CPUS);
	carry_settle(&w.carry);
	assert_int_equal(w.carry.n_gone, 0);
	assert_int_equal(all_of(&w), 69);
	assert_count(&w.carry.reasons[LB_REASON_FORWARDED], 19);
	assert_int_equal(w.carry.cpus[0], 57 + 3);
	end(&w);
}

/* A name that begins as another's, and names of no backend at all. */
static void test_names_alike(void **state)
{
	char dns[] = "dns 1", dns2[] = "dns2 1", nobody[] = "d", none[] = " ";
	struct carry_backend gone[] = {
		{ .name = NULL },
		{ .name = dns, .count = { 1, 100 } },
		{ .name = dns2, .count = { 2, 200 } },
		{ .name = nobody, .count = { 4, 400 } },
		{ .name = none, .count = { 8, 800 } },
	};
	const struct carry old = { .backends = gone, .n_backends = 5 };
	struct world w;

	(void)state;
	start(&w, other_name, CPUS, 1, (const uint8_t[]){ 1 });
	assert_int_equal(carry_inherit(&w.carry, &old), 0);
	assert_count(&w.carry.services[0].count, 2);
	assert_count(&w.carry.reasons[LB_REASON_FORWARDED], 15);
	end(&w);
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
		cmocka_unit_test(test_service_never_falls),
		cmocka_unit_test(test_follow),
		cmocka_unit_test(test_names_alike),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_fewer_cpus),
	};

	return cmocka_run_group_tests_name("carry", tests, NULL, NULL);
}
