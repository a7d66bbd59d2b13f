/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "plan.h"

#define BACKENDS 4096

static const struct plan_limits no_limits;
static char why[512];

/* Shared by all services below: a plan only counts them. */
static struct model_backend with_port[BACKENDS], without_port[BACKENDS];
static struct model_ports dns = { 53, 53 };
static struct model_ports several[] = { { 53, 53 }, { 5000, 5005 } };

static int setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < BACKENDS; i++)
		with_port[i].port = 5555;
	return 0;
}

static struct model_service service(enum lb_forward forward, size_t n_backends,
				    uint32_t ring_size)
{
	return (struct model_service){
		.ports = &dns,
		.n_ports = 1,
		.forward = forward,
		.ring_size = ring_size,
		.backends = with_port,
		.n_backends = n_backends,
	};
}

static struct plan *plan_of(const struct model *model,
			    const struct plan_limits *limits)
{
	struct plan *plan = NULL;

	assert_int_equal(plan_build(model, limits, &plan, why, sizeof(why)), 0);
	assert_non_null(plan);
	assert_ptr_equal(plan->model, model);
	assert_int_equal(plan->n_services, model->n_services);
	return plan;
}

static void test_layout(void **state)
{
	struct model_service services[] = {
		service(LB_FORWARD_SNAT, 3, 64),
		service(LB_FORWARD_DSR, 1, 1),
		service(LB_FORWARD_NAT, 5, 256),
	};
	struct model model = { .services = services, .n_services = 3 };
	struct plan *plan = plan_of(&model, &no_limits);
	const struct plan_service *s = plan->services;

	(void)state;
	assert_ptr_equal(s[1].config, &services[1]);
	assert_int_equal(s[0].ring_base, 0);
	assert_int_equal(s[1].ring_base, 64);
	assert_int_equal(s[2].ring_base, 65);
	assert_int_equal(s[0].ring_size, 64);
	assert_int_equal(s[1].ring_size, 1);
	assert_int_equal(s[2].ring_size, 256);
	assert_int_equal(s[0].first_backend, 1);
	assert_int_equal(s[1].first_backend, 4);
	assert_int_equal(s[2].first_backend, 5);
	assert_int_equal(plan->sizes.services, 3);
	assert_int_equal(plan->sizes.replies, 5);
	assert_int_equal(plan->sizes.ring, 321);
	assert_int_equal(plan->sizes.backends, 10);
	assert_false(plan->ring_shrunk);
	plan_free(plan);
}

static void test_what_is_behind_an_index(void **state)
{
	struct model_service services[] = {
		service(LB_FORWARD_NAT, 3, 64),
		service(LB_FORWARD_NAT, 1, 64),
		service(LB_FORWARD_NAT, 2, 64),
	};
	static const size_t service_of[] = { 0, 0, 0, 0, 1, 2, 2 };
	static const size_t backend_of[] = { 0, 0, 1, 2, 0, 0, 1 };
	struct model model = { .services = services, .n_services = 3 };
	struct plan *plan = plan_of(&model, &no_limits);

	(void)state;
	for (uint32_t i = 1; i <= 6; i++) {
		assert_ptr_equal(plan_service_of(plan, i),
				 &plan->services[service_of[i]]);
		assert_ptr_equal(
			plan_backend_of(plan, i),
			&services[service_of[i]].backends[backend_of[i]]);
	}
	assert_null(plan_service_of(plan, LB_NO_BACKEND));
	assert_null(plan_backend_of(plan, LB_NO_BACKEND));
	assert_null(plan_service_of(plan, 7));
	assert_null(plan_backend_of(plan, UINT32_MAX));
	plan_free(plan);
}

/* Services and replies of one service with two backends. */
static void test_ports(void **state)
{
	static struct model_ports every = { 1, 65535 };
	static const struct {
		struct model_ports *ports;
		size_t n_ports;
		struct model_backend *backends;
		enum lb_forward forward;
		uint32_t services, replies;
	} cases[] = {
		{ &dns, 1, with_port, LB_FORWARD_NAT, 1, 2 },
		{ &dns, 1, without_port, LB_FORWARD_NAT, 1, 2 },
		{ several, 2, with_port, LB_FORWARD_NAT, 7, 2 },
		{ several, 2, without_port, LB_FORWARD_NAT, 7, 14 },
		{ several, 2, without_port, LB_FORWARD_SNAT, 7, 1 },
		{ several, 2, without_port, LB_FORWARD_DSR, 7, 1 },
		{ &every, 1, without_port, LB_FORWARD_NAT, 65535, 131070 },
		{ NULL, 0, with_port, LB_FORWARD_NAT, 1, 2 },
		{ NULL, 0, without_port, LB_FORWARD_NAT, 1, 2 },
		{ NULL, 0, without_port, LB_FORWARD_DSR, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct model_service s = service(cases[i].forward, 2, 64);
		struct model model = { .services = &s, .n_services = 1 };
		struct plan *plan;

		s.ports = cases[i].ports;
		s.n_ports = cases[i].n_ports;
		s.all_ports = !cases[i].ports;
		s.backends = cases[i].backends;
		plan = plan_of(&model, &no_limits);
		assert_int_equal(plan->sizes.services, cases[i].services);
		assert_int_equal(plan->sizes.replies, cases[i].replies);
		plan_free(plan);
	}
}

/* Three services; limits, and the ring sizes that they leave. */
static void test_rings_shrink(void **state)
{
	/* Without the rings: services 3, backends 2 x 15, reasons. */
	const uint64_t rest = 3 + 1 + 2 * 15 + LB_REASON_COUNT;
	const struct {
		struct plan_limits limits;
		uint32_t sizes[3];
	} cases[] = {
		{ { 0, 0 }, { 1024, 1024, 256 } },
		{ { 2304, rest + 2304 }, { 1024, 1024, 256 } },
		/* Of the two largest, the one with the fewest backends. */
		{ { 2303, 0 }, { 1024, 512, 256 } },
		{ { 0, rest + 2303 }, { 1024, 512, 256 } },
		{ { 1792, 0 }, { 1024, 512, 256 } },
		{ { 1791, 0 }, { 512, 512, 256 } },
		{ { 1279, 0 }, { 512, 256, 256 } },
		{ { 0, rest + 1023 }, { 256, 256, 256 } },
		{ { 767, 0 }, { 256, 256, 128 } },
		/* 8 slots for each of 8, 4 and 2 backends. */
		{ { 112, 0 }, { 64, 32, 16 } },
		{ { 0, rest + 112 }, { 64, 32, 16 } },
		{ { 2304, rest + 112 }, { 64, 32, 16 } },
	};
	struct model_service services[] = {
		service(LB_FORWARD_DSR, 8, 1024),
		service(LB_FORWARD_DSR, 4, 1024),
		service(LB_FORWARD_DSR, 2, 256),
	};
	struct model model = { .services = services, .n_services = 3 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct plan *plan = plan_of(&model, &cases[i].limits);
		uint32_t base = 0;

		for (size_t s = 0; s < 3; s++) {
			assert_int_equal(plan->services[s].ring_size,
					 cases[i].sizes[s]);
			assert_int_equal(plan->services[s].ring_base, base);
			base += cases[i].sizes[s];
		}
		assert_int_equal(plan->sizes.ring, base);
		assert_int_equal(plan->ring_shrunk, base < 2304);
		plan_free(plan);
	}
}

/* Not a power of two: the ring stays above eight slots for each backend. */
static void test_smallest_rings(void **state)
{
	static const struct {
		size_t n_backends;
		uint32_t asked, smallest;
	} cases[] = {
		{ 1, 65536, 8 },    { 3, 65536, 32 },  { 4, 65536, 32 },
		{ 5, 65536, 64 },   { 9, 65536, 128 }, { 4096, 65536, 32768 },
		{ 4096, 512, 512 }, { 2, 8, 8 },       { 1, 1, 1 },
		{ 1, 1 << 20, 8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct model_service s = service(
			LB_FORWARD_DSR, cases[i].n_backends, cases[i].asked);
		struct model model = { .services = &s, .n_services = 1 };
		struct plan_limits limits = {
			.total_entries = 1 + 1 + cases[i].smallest +
					 2 * (cases[i].n_backends + 1) +
					 LB_REASON_COUNT,
		};
		struct plan *plan = plan_of(&model, &limits);

		assert_int_equal(plan->services[0].ring_size,
				 cases[i].smallest);
		plan_free(plan);
		limits.total_entries--;
		assert_int_equal(
			plan_build(&model, &limits, &plan, why, sizeof(why)),
			-ENOSPC);
	}
}

static void assert_refused(struct model_service *s,
			   const struct plan_limits *limits,
			   const char *sentence)
{
	struct model model = { .services = s, .n_services = 1 };
	struct plan *plan = NULL;

	assert_int_equal(plan_build(&model, limits, &plan, why, sizeof(why)),
			 -ENOSPC);
	assert_null(plan);
	assert_string_equal(why, sentence);
}

static void test_what_does_not_fit(void **state)
{
	struct model_service s = service(LB_FORWARD_NAT, 100, 4096);
	struct plan_limits limits = { .map_entries = 1023 };

	(void)state;
	assert_refused(&s, &limits,
		       "the map ring needs 1024 entries even with the smallest "
		       "rings, but a map can have 1023");
	limits.map_entries = 99;
	assert_refused(&s, &limits,
		       "the map replies4 needs 100 entries, but a map can have "
		       "99");
	s.forward = LB_FORWARD_SNAT;
	limits.map_entries = 100;
	s.ring_size = 64;
	assert_refused(&s, &limits,
		       "the map backends needs 101 entries, but a map can have "
		       "100");
	s.ports = several;
	s.n_ports = 2;
	limits.map_entries = 6;
	assert_refused(&s, &limits,
		       "the map services4 needs 7 entries, but a map can have "
		       "6");
	s.n_backends = 2;
	limits.map_entries = 14;
	s.ring_size = 8;
	_Static_assert(LB_REASON_COUNT == 15, "below, and in test_total()");
	assert_refused(&s, &limits,
		       "the map reason_stats needs 15 entries, but a map can "
		       "have 14");
}

static void test_total(void **state)
{
	struct model_service s = service(LB_FORWARD_NAT, 2, 4096);
	struct plan_limits limits = { .total_entries = 39 };
	struct model model = { .services = &s, .n_services = 1 };
	struct plan *plan;
	char little[20];

	(void)state;
	assert_refused(&s, &limits,
		       "all maps together can have 39 entries, but need 40 "
		       "even with the smallest rings: services4 1, replies4 2, "
		       "ring 16, backends 3, backend_stats 3, reason_stats 15");
	/* No room for the sentence: cut, never overrun. */
	for (size_t size = 1; size <= sizeof(little); size++) {
		memset(little, 'x', sizeof(little));
		plan_build(&model, &limits, &plan, little, size);
		assert_int_equal(strlen(little), size - 1);
	}
}

/* More than 32 bits can count: refused, not wrapped. */
static void test_overflow(void **state)
{
	static struct model_service services[MODEL_SERVICES_MAX];
	static struct model_ports every = { 1, 65535 };
	struct model model = {
		.services = services,
		.n_services = MODEL_SERVICES_MAX,
	};
	struct plan *plan;

	(void)state;
	for (size_t i = 0; i < MODEL_SERVICES_MAX; i++)
		services[i] = service(LB_FORWARD_DSR, 1, MODEL_RING_SIZE_MAX);
	plan = plan_of(&model, &no_limits);
	assert_true(plan->ring_shrunk);
	assert_int_equal(plan->sizes.ring,
			 (1ULL << 32) - MODEL_RING_SIZE_MAX / 2);
	plan_free(plan);
	for (size_t i = 0; i < MODEL_SERVICES_MAX; i++) {
		services[i] = service(LB_FORWARD_NAT, BACKENDS, 8);
		services[i].ports = &every;
		services[i].backends = without_port;
	}
	assert_int_equal(
		plan_build(&model, &no_limits, &plan, why, sizeof(why)),
		-ENOSPC);
	assert_string_equal(why, "the map replies4 needs 1099494850560 "
				 "entries, but a map can have 4294967295");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_what_is_behind_an_index),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_rings_shrink),
		cmocka_unit_test(test_smallest_rings),
		cmocka_unit_test(test_what_does_not_fit),
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_overflow),
	};

	return cmocka_run_group_tests_name("plan", tests, setup, NULL);
}
