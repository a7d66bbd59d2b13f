/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tables/plan.h"

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
	for (size_t i = 0; i < BACKENDS; i++) {
		with_port[i].address.family = AF_INET;
		with_port[i].address.v4.s_addr = htonl(10U << 24 | i);
		without_port[i] = with_port[i];
		with_port[i].port = 5555;
	}
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

static struct addr vip(uint8_t last)
{
	return (struct addr){
		.family = AF_INET,
		.v4.s_addr = htonl(0xc0000200U | last),
	};
}

/* The entries of all maps but the ring. */
static uint64_t rest_of(const struct plan *plan)
{
	return plan_entries(&plan->sizes) - plan->sizes.ring;
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
	assert_int_equal(plan->sizes.ring, 321);
	assert_int_equal(plan->sizes.backends, 10);
	assert_int_equal(plan->sizes.backend_stats, 10);
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

#define BIT(feature) (1U << LB_FEATURE_##feature)
/* Of a service that needs no more. */
#define SNAT_FEATURES (BIT(NAT) | BIT(SNAT) | BIT(FOLLOW))

/* What a model does without has one entry, and is not a feature. */
static void test_least(void **state)
{
	struct model_service s = service(LB_FORWARD_SNAT, 1, 8);
	struct model model = { .services = &s, .n_services = 1 };
	struct plan *plan = plan_of(&model, &no_limits);
	const struct plan_sizes wanted = {
		.vips = LB_VIP_BUCKETS,
		.services = 1,
		.hosts = LB_HOST_BUCKETS,
		.replies = 1,
		.ring = 8,
		.backends = 2,
		.tunnels = LB_TUNNELS,
		.filters = 1,
		.prefixes = 1,
		.quic_configs = 1,
		.quic_ids = 1,
		.flows = 1,
		.places = 2,
		.backend_stats = 2,
		.reason_stats = LB_COUNT_END,
	};
	uint64_t sum = 0;

	(void)state;
	assert_memory_equal(&plan->sizes, &wanted, sizeof(wanted));
	for (enum plan_map map = 0; map < PLAN_MAPS; map++)
		sum += plan_map_size(&plan->sizes, map);
	assert_int_equal(plan_entries(&plan->sizes), sum);
	assert_string_equal(plan_map_name(PLAN_VIPS), "vips");
	assert_string_equal(plan_map_name(PLAN_REASON_STATS), "reason_stats");
	assert_int_equal(plan->features, SNAT_FEATURES);
	assert_int_equal(plan->services[0].flags, 0);
	assert_false(plan->replies[0]);
	assert_false(plan->replies[1]);
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
		{ &dns, 1, with_port, LB_FORWARD_NAT, 1, 1 },
		{ &dns, 1, without_port, LB_FORWARD_NAT, 1, 1 },
		{ several, 2, with_port, LB_FORWARD_NAT, 7 + 1, 1 },
		{ several, 2, without_port, LB_FORWARD_NAT, 7 + 1, 14 + 2 },
		{ several, 2, without_port, LB_FORWARD_SNAT, 7 + 1, 1 },
		{ several, 2, without_port, LB_FORWARD_DSR, 7 + 1, 1 },
		{ several, 2, without_port, LB_FORWARD_GUE, 7 + 1, 1 },
		{ &every, 1, without_port, LB_FORWARD_NAT, 1, 131070 + 2 },
		{ NULL, 0, with_port, LB_FORWARD_NAT, 1, 1 },
		{ NULL, 0, without_port, LB_FORWARD_NAT, 1, 1 },
		{ NULL, 0, without_port, LB_FORWARD_DSR, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct model_service s = service(cases[i].forward, 2, 64);
		struct model model = { .services = &s, .n_services = 1 };
		struct plan *plan;

		s.address = vip(1);
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

static void test_features(void **state)
{
	static struct model_filter filter;
	const struct model_service base = service(LB_FORWARD_SNAT, 1, 8);
	struct model_service s[2];
	struct model model = { .services = s, .n_services = 2, .flows = 99 };
	struct {
		uint32_t features; /* besides those of the other */
		uint16_t flags;	   /* of the first */
		struct model_service change;
	} cases[] = {
		{ BIT(ICMP), 0, { .forward = LB_FORWARD_DSR } },
		{ BIT(ICMP) | BIT(TUNNEL), 0, { .forward = LB_FORWARD_GUE } },
		{ BIT(ECHO), LB_SERVICE_ECHO, { .answer_ping = true } },
		{ BIT(STRICT), LB_SERVICE_STRICT, { .drop_malformed = true } },
		{ BIT(TELL), LB_SERVICE_TELL, { .tell_unreachable = true } },
		{ BIT(FILTER),
		  LB_SERVICE_FILTER | LB_SERVICE_DENY,
		  { .deny_others = true } },
		{ BIT(FILTER),
		  LB_SERVICE_FILTER,
		  { .filters = &filter, .n_filters = 1 } },
		{ BIT(QUIC), 0, { .balance = LB_BALANCE_QUIC } },
		{ 0, 0, { .balance = LB_BALANCE_SOURCE } },
		{ 0, LB_SERVICE_SOLE, { .all_ports = true } },
		{ BIT(FRAGMENTS),
		  LB_SERVICE_SOLE,
		  { .balance = LB_BALANCE_SOURCE, .all_ports = true } },
		{ BIT(IPV6), 0, { .address.family = AF_INET6 } },
		{ BIT(STICKY), 0, { .sticky_s = 1 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct model_service *change = &cases[i].change;
		struct plan *plan;

		s[0] = s[1] = base;
		s[0].address = vip(1);
		s[1].address = vip(2);
		if (change->address.family)
			s[0].address = change->address;
		if (change->forward)
			s[0].forward = change->forward;
		s[0].balance = change->balance;
		s[0].all_ports = change->all_ports;
		s[0].n_ports = !change->all_ports;
		s[0].answer_ping = change->answer_ping;
		s[0].drop_malformed = change->drop_malformed;
		s[0].tell_unreachable = change->tell_unreachable;
		s[0].deny_others = change->deny_others;
		s[0].filters = change->filters;
		s[0].n_filters = change->n_filters;
		s[0].sticky_s = change->sticky_s;
		plan = plan_of(&model, &no_limits);
		assert_int_equal(plan->features,
				 SNAT_FEATURES | cases[i].features);
		assert_int_equal(plan->services[0].flags, cases[i].flags);
		assert_int_equal(plan->services[1].flags, 0);
		assert_int_equal(plan->services[0].sticky, change->sticky_s);
		assert_int_equal(plan->services[1].sticky, 0);
		assert_int_equal(plan->sizes.flows, change->sticky_s ? 99 : 1);
		plan_free(plan);
	}
}

/* Fragments have no port: two services of a VIP cannot both have them. */
static void test_services_of_one_vip(void **state)
{
	struct model_service s[] = {
		service(LB_FORWARD_SNAT, 1, 8),
		service(LB_FORWARD_NAT, 1, 8),
	};
	struct model_ports other = { 54, 54 };
	struct model model = { .services = s, .n_services = 2 };
	struct plan *plan;

	(void)state;
	s[0].address = s[1].address = vip(1);
	s[0].balance = s[1].balance = LB_BALANCE_SOURCE;
	s[0].answer_ping = true;
	s[1].ports = &other;
	plan = plan_of(&model, &no_limits);
	assert_int_equal(plan->features, SNAT_FEATURES | BIT(ECHO) | BIT(ICMP));
	assert_int_equal(plan->services[0].flags, LB_SERVICE_ECHO);
	assert_int_equal(plan->services[1].flags, LB_SERVICE_ECHO);
	assert_int_equal(plan->sizes.services, 3);
	assert_true(plan->replies[0]);
	assert_false(plan->replies[1]);
	plan_free(plan);
}

static void test_parts(void **state)
{
	static struct model_filter filters[9];
	static struct model_server_id ids[3];
	struct model_backend quic[2] = {
		{ .server_ids = ids, .n_server_ids = 1 },
		{ .server_ids = ids + 1, .n_server_ids = 2 },
	};
	struct model_service s[] = {
		service(LB_FORWARD_SNAT, 1, 8),
		service(LB_FORWARD_SNAT, 2, 16),
		service(LB_FORWARD_SNAT, 1, 8),
	};
	struct model model = { .services = s, .n_services = 3 };
	uint8_t lengths[PLAN_LENGTHS_MAX];
	struct plan *plan;

	(void)state;
	for (uint8_t i = 0; i < 9; i++) {
		filters[i].prefix.address = vip(0);
		filters[i].prefix.length = i * 4;
	}
	filters[8].prefix.address.family = AF_INET6;
	filters[8].prefix.length = 100; /* the same as IPv4's 4 */
	for (uint8_t i = 0; i < 3; i++)
		s[i].address = vip(i + 1);
	s[1].backends = quic;
	s[1].balance = LB_BALANCE_QUIC;
	s[2].filters = filters;
	s[2].n_filters = 9;
	assert_int_equal(plan_filter_lengths(&s[2], lengths), 8);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(lengths[i], 124 - 4 * i);
	plan = plan_of(&model, &no_limits);
	assert_int_equal(plan->sizes.filters, 3 * LB_FILTER_LENGTHS);
	assert_int_equal(plan->sizes.prefixes, 9);
	assert_int_equal(plan->sizes.quic_configs, 3 * LB_QUIC_CONFIGS);
	assert_int_equal(plan->sizes.quic_ids, 3);
	plan_free(plan);
	/* One length too many. */
	filters[8].prefix.length = 128;
	s[2].name = (char[]){ "dns" };
	assert_int_equal(
		plan_build(&model, &no_limits, &plan, why, sizeof(why)),
		-ENOSPC);
	assert_string_equal(why, "the filter of service dns has prefixes of 9 "
				 "lengths, but can have 8");
}

/* Three services; limits, and the ring sizes that they leave. */
static void test_rings_shrink(void **state)
{
	/* The buckets; one map each of services, replies and five; backends. */
	const uint64_t rest = LB_VIP_BUCKETS + LB_HOST_BUCKETS + 7 +
			      LB_TUNNELS + 2 * 15 + LB_COUNT_END;
	const struct {
		struct plan_limits limits;
		uint32_t sizes[3];
	} cases[] = {
		{ { 0, 0, NULL, 0, 0 }, { 1024, 1024, 256 } },
		{ { LB_HOST_BUCKETS, rest + 2304, NULL, 0, 0 },
		  { 1024, 1024, 256 } },
		/* Of the two largest, the one with the fewest backends. */
		{ { 0, rest + 2303, NULL, 0, 0 }, { 1024, 512, 256 } },
		{ { 0, rest + 1792, NULL, 0, 0 }, { 1024, 512, 256 } },
		{ { 0, rest + 1791, NULL, 0, 0 }, { 512, 512, 256 } },
		{ { 0, rest + 1279, NULL, 0, 0 }, { 512, 256, 256 } },
		{ { 0, rest + 1023, NULL, 0, 0 }, { 256, 256, 256 } },
		{ { 0, rest + 767, NULL, 0, 0 }, { 256, 256, 128 } },
		/* 8 slots for each of 8, 4 and 2 backends. */
		{ { 0, rest + 112, NULL, 0, 0 }, { 64, 32, 16 } },
		{ { LB_HOST_BUCKETS, rest + 112, NULL, 0, 0 }, { 64, 32, 16 } },
	};
	struct model_service services[] = {
		service(LB_FORWARD_DSR, 8, 1024),
		service(LB_FORWARD_DSR, 4, 1024),
		service(LB_FORWARD_DSR, 2, 256),
	};
	struct model model = { .services = services, .n_services = 3 };

	(void)state;
	for (uint8_t i = 0; i < 3; i++)
		services[i].address = vip(i);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct plan *plan = plan_of(&model, &cases[i].limits);
		uint32_t base = 0;

		assert_int_equal(rest_of(plan), rest);
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
			.total_entries = LB_VIP_BUCKETS + LB_HOST_BUCKETS +
					 LB_TUNNELS + 7 + cases[i].smallest +
					 2 * (cases[i].n_backends + 1) +
					 LB_COUNT_END,
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

/* A map limit halves rings as well. */
static void test_limit_of_a_map(void **state)
{
	struct model_service s = service(LB_FORWARD_NAT, 100, 1 << 20);
	struct model model = { .services = &s, .n_services = 1 };
	struct plan_limits limits = { .map_entries = 100000 };
	struct plan *plan = plan_of(&model, &limits);

	(void)state;
	assert_int_equal(plan->sizes.ring, 65536);
	plan_free(plan);
}

static void test_what_does_not_fit(void **state)
{
	static struct model_ports many[] = { { 1, 20000 }, { 20002, 30000 } };
	struct model_service s = service(LB_FORWARD_NAT, 4096, 1 << 17);
	struct plan_limits limits = { .map_entries = 30000 };

	(void)state;
	assert_refused(
		&s, &limits,
		"the map ring needs 32768 entries even with the smallest "
		"rings, but a map can have 30000");
	limits.map_entries = 16383;
	assert_refused(&s, &limits,
		       "the map hosts needs 16384 entries, but a map can have "
		       "16383");
	s = service(LB_FORWARD_NAT, 1, 64);
	s.address = vip(1);
	s.ports = many;
	s.n_ports = 2;
	limits.map_entries = 29999;
	assert_refused(&s, &limits,
		       "the map services needs 30000 entries, but a map can "
		       "have 29999");
	s.ports = many + 1;
	s.n_ports = 1;
	s.n_backends = 3;
	s.backends = without_port;
	assert_refused(
		&s, &limits,
		"the map replies needs 30000 entries, but a map can have "
		"29999");
}

static void test_total(void **state)
{
	struct model_service s = service(LB_FORWARD_NAT, 2, 4096);
	struct plan_limits limits = { .total_entries = 24638 };
	struct model model = { .services = &s, .n_services = 1 };
	struct plan *plan;
	char little[20];

	(void)state;
	_Static_assert(LB_COUNT_END == 32, "below");
	assert_refused(&s, &limits,
		       "all maps together can have 24638 entries, but need "
		       "24639 even with the smallest rings: vips 8192, "
		       "services 1, hosts 16384, replies 1, ring 16, "
		       "backends 3, tunnels 2, filters 1, prefixes 1, "
		       "quic_configs 1, quic_ids 1, flows 1, "
		       "backend_stats 3, reason_stats 32");
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
	/* 17 VIPs, each with its own 4096 backends, of 65535 ports. */
	model.n_services = 17;
	for (size_t i = 0; i < 17; i++) {
		static struct model_backend backends[17][BACKENDS];

		memcpy(backends[i], without_port, sizeof(without_port));
		for (size_t k = 0; k < BACKENDS; k++)
			backends[i][k].address.v4.s_addr |= htonl(i << 16);
		services[i] = service(LB_FORWARD_NAT, BACKENDS, 8);
		services[i].address = vip(i);
		services[i].ports = &every;
		services[i].backends = backends[i];
	}
	assert_int_equal(
		plan_build(&model, &no_limits, &plan, why, sizeof(why)),
		-ENOSPC);
	assert_string_equal(why, "the map replies needs 4563402752 entries, "
				 "but a map can have 4294967295");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_what_is_behind_an_index),
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_features),
		cmocka_unit_test(test_services_of_one_vip),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_rings_shrink),
		cmocka_unit_test(test_smallest_rings),
		cmocka_unit_test(test_limit_of_a_map),
		cmocka_unit_test(test_what_does_not_fit),
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_overflow),
	};

	return cmocka_run_group_tests_name("plan", tests, setup, NULL);
}
