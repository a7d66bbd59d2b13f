/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses of this host itself: what comes for them is passed. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "tables/places.h"
#include "tables/tests/world.h"

static const struct lb_vip *bucket_of(const struct world *w,
				      const struct addr *address)
{
	return &w->tables->vips[lb_bucket4(address->v4.s_addr, LB_VIP_BITS)];
}

static const struct lb_service *row(const struct world *w,
				    const struct addr *address, uint16_t port,
				    enum lb_key_kind kind)
{
	struct lb_endpoint key = { .port = htons(port), .kind = (uint8_t)kind };

	layout_address(key.address, address);
	for (size_t i = 0; i < w->tables->n_services; i++)
		if (!memcmp(&w->tables->services[i].key, &key, sizeof(key)))
			return &w->tables->services[i].value;
	return NULL;
}

static void test_alone(void **state)
{
	struct world w = { 0 };
	struct addr own = world_addr("192.0.2.1");
	const struct lb_vip *vip;

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_NAT, 1);
	w.limits.own = &own;
	w.limits.n_own = 1;
	world_complete(&w);
	vip = bucket_of(&w, &own);
	assert_int_equal(lb_ask(vip->service.shape), 0);
	assert_int_equal(vip->address[3], own.v4.s_addr);
	assert_int_equal(vip->first, 0);
	assert_int_equal(vip->last, UINT16_MAX);
	assert_int_equal(lb_forward(vip->service.shape), LB_FORWARD_OWN);
	/* No slot is there. */
	assert_true(vip->service.ring_base >= w.plan->sizes.ring);
	assert_int_equal(lb_ring_mask(vip->service.shape), 0);
	assert_int_equal(vip->service.sticky, 0);
	world_destroy(&w);
}

/* The service's port goes to the service, as does what has no port. */
static void test_vip(void **state)
{
	struct world w = { 0 };
	struct addr own;

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_NAT, 1);
	own = w.services[0].address;
	w.services[0].answer_ping = true;
	w.limits.own = &own;
	w.limits.n_own = 1;
	world_complete(&w);
	assert_int_equal(lb_ask(bucket_of(&w, &own)->service.shape),
			 LB_ASK_PORT | LB_ASK_ALL_PORTS);
	assert_int_equal(w.tables->n_services, 3);
	assert_int_equal(lb_forward(row(&w, &own, 53, LB_KEY_PORT)->shape),
			 LB_FORWARD_NAT);
	assert_int_equal(lb_forward(row(&w, &own, 0, LB_KEY_PORT)->shape),
			 LB_FORWARD_OWN);
	assert_int_equal(lb_forward(row(&w, &own, 0, LB_KEY_ADDRESS)->shape),
			 LB_FORWARD_NAT);
	assert_int_equal(row(&w, &own, 0, LB_KEY_ADDRESS)->flags,
			 LB_SERVICE_ECHO);
	world_destroy(&w);
}

/* A VIP with all ports has them. */
static void test_vip_of_all_ports(void **state)
{
	struct world w = { 0 };
	struct addr own;

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_NAT, 1);
	own = w.services[0].address;
	w.services[0].all_ports = true;
	w.services[0].n_ports = 0;
	w.services[0].backends[0].port = 0;
	w.limits.own = &own;
	w.limits.n_own = 1;
	world_complete(&w);
	assert_int_equal(lb_ask(bucket_of(&w, &own)->service.shape), 0);
	assert_int_equal(lb_forward(bucket_of(&w, &own)->service.shape),
			 LB_FORWARD_NAT);
	world_destroy(&w);
}

/* Addresses that share a bucket with the VIP, if enough of them come. */
static void test_come_and_go(void **state)
{
	struct world w = { 0 };
	struct addr own[LB_VIP_BUCKETS];
	const uint32_t from[] = { 0, 1 };
	struct plan *next = NULL;
	size_t rows;
	char why[256];

	(void)state;
	for (uint32_t i = 0; i < LB_VIP_BUCKETS; i++) {
		own[i] = world_addr("172.16.0.0");
		own[i].v4.s_addr |= htonl(i);
	}
	world_add(&w, 53, 53, LB_FORWARD_NAT, 1);
	w.limits.spare_services = 3 * LB_VIP_BUCKETS;
	world_complete(&w);
	rows = w.plan->sizes.services;
	w.limits.own = own;
	w.limits.n_own = LB_VIP_BUCKETS;
	w.limits.spare_services = 0;
	assert_int_equal(
		plan_build(&w.model, &w.limits, &next, why, sizeof(why)), 0);
	assert_true(next->sizes.services > 1);
	assert_int_equal(places_follow(next, w.plan, from), 0);
	assert_int_equal(next->sizes.services, rows);
	/* Where there is no room for them, other maps have to be made. */
	w.plan->sizes.services = 1;
	assert_int_equal(places_follow(next, w.plan, from), -ENOSPC);
	plan_free(next);
	world_destroy(&w);
}

/* haproxy/haproxy#1662: a standby's health checks were answered to clients. */
static void test_direct(void **state)
{
	struct world w = { 0 };
	struct model_prefix direct[] = {
		{ world_addr("192.0.2.3"), 32 },
		{ world_addr("192.0.2.252"), 30 },
	};
	struct addr last = world_addr("192.0.2.255");

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_NAT, 1);
	w.services[0].address = world_addr("192.0.2.253");
	w.model.direct = direct;
	w.model.n_direct = 2;
	world_complete(&w);
	assert_int_equal(
		lb_forward(bucket_of(&w, &direct[0].address)->service.shape),
		LB_FORWARD_OWN);
	assert_int_equal(lb_forward(bucket_of(&w, &last)->service.shape),
			 LB_FORWARD_OWN);
	/* These may well be clients, too. */
	assert_int_equal(bucket_of(&w, &last)->service.flags,
			 LB_SERVICE_DIRECT);
	/* A VIP within is none of them. */
	assert_int_equal(
		lb_forward(
			bucket_of(&w, &w.services[0].address)->service.shape),
		LB_FORWARD_NAT);
	world_destroy(&w);
}

/*
 * Where no answers are translated, none can be taken for another; but nobody
 * else sends from it.  A VIP is told by its own bucket.
 */
static void test_without_nat(void **state)
{
	struct world w = { 0 };
	struct addr own[2] = { world_addr("192.0.2.1") };

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_SNAT, 1);
	own[1] = w.services[0].address;
	w.limits.own = own;
	w.limits.n_own = 2;
	world_complete(&w);
	assert_int_equal(lb_forward(bucket_of(&w, &own[0])->service.shape),
			 LB_FORWARD_OWN);
	assert_int_equal(bucket_of(&w, &own[0])->service.flags, 0);
	assert_int_equal(lb_ask(bucket_of(&w, &own[1])->service.shape), 0);
	assert_int_equal(w.tables->n_services, 0);
	world_destroy(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_vip),
		cmocka_unit_test(test_vip_of_all_ports),
		cmocka_unit_test(test_come_and_go),
		cmocka_unit_test(test_direct),
		cmocka_unit_test(test_without_nat),
	};

	return cmocka_run_group_tests_name("tables_own", tests, NULL, NULL);
}
