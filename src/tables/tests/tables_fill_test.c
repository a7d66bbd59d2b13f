/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "tables/tests/world.h"

static void test_v4_mapped(void **state)
{
	struct addr address = world_addr("192.0.2.7");
	static const uint8_t wanted[16] = {
		[10] = 0xff, [11] = 0xff, [12] = 192, [14] = 2, [15] = 7
	};
	__be32 words[4];

	(void)state;
	layout_address(words, &address);
	assert_memory_equal(words, wanted, sizeof(wanted));
}

/* Both kinds of tunnel, to either family. */
static void test_tunnels(void **state)
{
	struct world w = { 0 };
	struct tables *t;

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_IPIP, 2);
	world_add(&w, 54, 54, LB_FORWARD_DSR, 1);
	w.backends[0][1].address = world_addr("fd00::1");
	world_complete(&w);
	t = w.tables;
	assert_int_equal(t->backends[1].mtu, 1500);
	assert_int_equal(t->backends[1].flags, 0);
	assert_int_equal(t->backends[2].mtu, 1500);
	assert_int_equal(t->backends[2].flags, LB_TARGET_IPV6);
	assert_int_equal(t->backends[3].mtu, 0);
	for (size_t i = 0; i < LB_TUNNELS; i++) {
		assert_int_equal(t->tunnels[i].source4,
				 world_addr("192.0.2.1").v4.s_addr);
		world_assert_address(t->tunnels[i].source6, "2001:db8::1");
		assert_int_equal(t->tunnels[i].spread4, 0);
		assert_int_equal(t->tunnels[i].spread6, 0);
		assert_int_equal(t->tunnels[i].answer, 0);
	}
	assert_int_equal(tables_entries(t, PLAN_TUNNELS), LB_TUNNELS);
	world_destroy(&w);
}

static void test_configured_tunnels(void **state)
{
	struct world w = { 0 };
	struct model_tunnel *config = &w.model.tunnel;
	const struct lb_tunnel *ipip, *gue;

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_GUE, 1);
	config->source4 = world_addr("192.0.2.9");
	config->spread4 = (struct model_prefix){ world_addr("10.64.7.8"), 10 };
	config->spread6 = (struct model_prefix){ world_addr("fd00::9:9"), 112 };
	config->mtu = 1480;
	w.state.tell_too_big = true;
	world_complete(&w);
	ipip = &w.tables->tunnels[0];
	gue = &w.tables->tunnels[1];
	assert_int_equal(w.tables->backends[1].mtu, 1480);
	assert_int_equal(ipip->source4, world_addr("10.64.0.0").v4.s_addr);
	assert_int_equal(ipip->spread4, htonl(0x003fffff));
	world_assert_address(ipip->source6, "fd00::9:0");
	assert_int_equal(ipip->spread6, htonl(0xffff));
	assert_int_equal(gue->source4, world_addr("192.0.2.9").v4.s_addr);
	assert_int_equal(gue->spread4, 0);
	world_assert_address(gue->source6, "2001:db8::1");
	assert_int_equal(gue->spread6, 0);
	assert_int_equal(ipip->answer, 1);
	assert_int_equal(gue->answer, 1);
	world_destroy(&w);
}

/* A loopback interface has more than fits. */
static void test_large_mtu(void **state)
{
	struct world w = { 0 };
	struct tables *t;

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_IPIP, 1);
	w.model.tunnel.spread6 =
		(struct model_prefix){ world_addr("fd00:1::"), 32 };
	world_complete(&w);
	w.state.link_mtu = 65536;
	t = world_tables(&w);
	assert_int_equal(t->backends[1].mtu, 65535);
	world_assert_address(t->tunnels[0].source6, "fd00:1::");
	assert_int_equal(t->tunnels[0].spread6, htonl(UINT32_MAX));
	tables_free(t);
	world_destroy(&w);
}

/* A backend that is this host itself is told apart by its flag alone. */
static void test_here(void **state)
{
	struct world w = { 0 };
	struct tables *t;

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_DSR, 2);
	world_complete(&w);
	w.hops[2] = (struct tables_hop){ .known = true, .here = true };
	t = world_tables(&w);
	assert_int_equal(t->backends[1].flags, 0);
	assert_int_equal(t->backends[2].flags, LB_TARGET_LOCAL);
	assert_true(t->serves[2]);
	tables_free(t);
	world_destroy(&w);
}

static void assert_prefix(const struct tables *t, size_t row, const char *text,
			  unsigned int length, uint16_t service,
			  uint32_t denied)
{
	world_assert_address(t->prefixes[row].key.address, text);
	assert_int_equal(t->prefixes[row].key.length, length + 1);
	assert_int_equal(t->prefixes[row].key.service, service);
	assert_int_equal(t->prefixes[row].denied, denied);
}

static void test_filters(void **state)
{
	static const unsigned int lengths[] = { 128, 120, 96 };
	struct world w = { 0 };
	const struct lb_filter *f;

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_DSR, 1);
	world_add(&w, 54, 54, LB_FORWARD_DSR, 1);
	w.services[1].n_filters = 4;
	w.filters[1][0] =
		(struct model_filter){ { world_addr("10.0.0.0"), 24 }, false };
	w.filters[1][1] =
		(struct model_filter){ { world_addr("0.0.0.0"), 0 }, true };
	w.filters[1][2] =
		(struct model_filter){ { world_addr("10.0.0.7"), 32 }, true };
	w.filters[1][3] =
		(struct model_filter){ { world_addr("10.0.1.0"), 24 }, true };
	world_complete(&w);
	assert_int_equal(w.plan->sizes.filters, 2 * LB_FILTER_LENGTHS);
	assert_int_equal(w.plan->sizes.prefixes, 4);
	assert_int_equal(w.tables->n_prefixes, 4);
	f = &w.tables->filters[LB_FILTER_LENGTHS];
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(f[i].length, lengths[i] + 1);
	assert_int_equal(f[3].length, 0);
	assert_int_equal(f[0].mask[3], htonl(0xffffffff));
	assert_int_equal(f[1].mask[3], htonl(0xffffff00));
	assert_int_equal(f[2].mask[3], 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(f[i].mask[2], htonl(0xffffffff));
	assert_int_equal(tables_entries(w.tables, PLAN_FILTERS), 3);
	assert_prefix(w.tables, 0, "0.0.0.0", 96, 1, 1);
	assert_prefix(w.tables, 1, "10.0.0.0", 120, 1, 0);
	assert_prefix(w.tables, 2, "10.0.0.7", 128, 1, 1);
	assert_prefix(w.tables, 3, "10.0.1.0", 120, 1, 1);
	assert_int_equal(world_vip(&w, 1)->service.flags, LB_SERVICE_FILTER);
	world_destroy(&w);
}

static void test_quic(void **state)
{
	struct world w = { 0 };
	struct tables *t;

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_DSR, 1);
	world_add(&w, 443, 443, LB_FORWARD_DSR, 3);
	w.services[1].balance = LB_BALANCE_QUIC;
	for (size_t b = 0; b < 3; b++) {
		w.ids[1][b] =
			(struct model_server_id){ 5, 5, { 9, 8, 7, 6, b } };
		w.backends[1][b].n_server_ids = 1;
	}
	world_complete(&w);
	w.serves[3] = false;
	t = world_tables(&w);
	assert_int_equal(w.plan->sizes.quic_configs, 2 * LB_QUIC_CONFIGS);
	assert_int_equal(w.plan->sizes.quic_ids, 3);
	assert_int_equal(t->quic_configs[LB_QUIC_CONFIGS + 5].length, 5);
	assert_int_equal(t->quic_configs[LB_QUIC_CONFIGS + 5].mask[0],
			 htonl(0xffffffff));
	assert_int_equal(t->quic_configs[LB_QUIC_CONFIGS + 5].mask[1],
			 htonl(0xff000000));
	assert_int_equal(tables_entries(t, PLAN_QUIC_CONFIGS), 1);
	/* Backend 3 does not serve. */
	assert_int_equal(t->n_quic_ids, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(t->quic_ids[i].key.server[0],
				 htonl(0x09080706));
		assert_int_equal(t->quic_ids[i].key.server[1],
				 htonl((uint32_t)(i * 2) << 24));
		assert_int_equal(t->quic_ids[i].key.service, 1);
		assert_int_equal(t->quic_ids[i].key.config, 5);
		assert_int_equal(t->quic_ids[i].backend, 2 + i * 2);
	}
	tables_free(t);
	/* Only drained, it keeps its connections. */
	w.state.stays = (const bool[]){ [4] = true, [3] = true };
	t = world_tables(&w);
	assert_int_equal(t->n_quic_ids, 2);
	assert_int_equal(t->quic_ids[0].backend, 3);
	tables_free(t);
	world_destroy(&w);
}

/* Drained it keeps its flows; ill or out of reach it does not. */
static void test_sticky(void **state)
{
	struct world w = { 0 };
	bool stays[WORLD_INDICES];
	struct tables *t;

	(void)state;
	world_add(&w, 53, 53, LB_FORWARD_DSR, 3);
	world_add(&w, 54, 54, LB_FORWARD_DSR, 1);
	w.services[0].sticky_s = 60;
	w.model.flows = 7;
	world_complete(&w);
	w.state.stays = stays;
	memcpy(stays, w.serves, sizeof(stays));
	w.serves[1] = w.serves[2] = stays[2] = false;
	w.hops[3].known = false;
	t = world_tables(&w);
	assert_int_equal(world_vip(&w, 0)->service.sticky, 1);
	assert_int_equal(world_vip(&w, 1)->service.sticky, 0);
	assert_int_equal(t->backends[1].sticky, 1);
	assert_int_equal(t->backends[2].sticky, 0);
	assert_int_equal(t->backends[3].sticky, 0);
	assert_int_equal(t->backends[4].sticky, 0);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(t->rings[0]->slots[i], LB_NO_BACKEND);
	tables_free(t);
	world_destroy(&w);
}

/* The maps know places, not numbers. */
static void test_places(void **state)
{
	struct world w = { 0 };
	struct tables *t;

	(void)state;
	world_add(&w, 443, 443, LB_FORWARD_DSR, 2);
	w.services[0].balance = LB_BALANCE_QUIC;
	w.ids[0][1] = (struct model_server_id){ 5, 5, { 9, 8, 7, 6, 5 } };
	w.backends[0][1].n_server_ids = 1;
	world_complete(&w);
	w.plan->places[1] = 4;
	w.plan->sizes.places = 5;
	w.serves[2] = false;
	t = world_tables(&w);
	world_assert_address(t->backends[4].address, "10.1.0.0");
	world_assert_address(t->backends[2].address, "10.1.0.1");
	assert_int_equal(t->backends[1].mac[5], 0);
	assert_int_equal(t->owned[1], 64);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(t->rings[0]->slots[i], 4);
	tables_free(t);
	w.serves[2] = true;
	w.plan->places[2] = 3;
	t = world_tables(&w);
	assert_int_equal(t->quic_ids[0].backend, 3);
	tables_free(t);
	world_destroy(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_v4_mapped),
		cmocka_unit_test(test_tunnels),
		cmocka_unit_test(test_configured_tunnels),
		cmocka_unit_test(test_large_mtu),
		cmocka_unit_test(test_here),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_quic),
		cmocka_unit_test(test_sticky),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests_name("tables_fill", tests, NULL, NULL);
}
