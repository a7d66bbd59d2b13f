/* SPDX-License-Identifier: GPL-2.0-only */
/* What neighbours hear of VIPs.  The clock is the test's. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "presence/tests/net.h"
#include "net/tests/testnet.h"

#define WAIT_MS	 PRESENCE_NET_WAIT_MS
#define START_MS PRESENCE_NET_START_MS

static void test_nothing_wanted(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	net->model.presence.announce = PRESENCE_NO;
	presence_net_start(net);
	assert_null(net->presence);
}

static void test_start_auto(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	presence_net_have("lo");
	net->model.presence.announce = PRESENCE_AUTO;
	presence_net_start(net);
	assert_int_equal(presence_due(net->presence), START_MS);
	presence_run(net->presence, START_MS);
	presence_net_assert_heard(net, (unsigned int[]){ 1, 1, 0, 0 });
	assert_true(presence_due(net->presence) == PRESENCE_NEVER);
}

static void test_start_yes(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	net->model.presence.announce = PRESENCE_YES;
	presence_net_start(net);
	presence_run(net->presence, START_MS);
	presence_net_assert_heard(net, (unsigned int[]){ 1, 1, 1, 1 });
}

/* What another host has, or nobody, is not ours to announce. */
static void test_not_ours(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	presence_net_start(net);
	presence_net_settle(net);
	assert_int_equal(presence_net_listen(net), 0);
	assert_true(presence_due(net->presence) == PRESENCE_NEVER);
}

/* As keepalived does it: whoever becomes active gets the VIP. */
static void test_becomes_ours(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	presence_net_start(net);
	presence_net_settle(net);
	testnet_run("ip addr add 192.0.2.53/32 dev lb0");
	presence_net_dispatch(net, START_MS + 2000);
	presence_run(net->presence, START_MS + 2000);
	presence_net_assert_heard(net, (unsigned int[]){ 1, 0, 0, 0 });
	testnet_run("ip addr del 192.0.2.53/32 dev lb0;"
		    "ip link set lb0 address 02:00:00:00:00:11");
	net->mac[5] = 0x11;
	presence_net_dispatch(net, START_MS + 4000);
	presence_run(net->presence, START_MS + 4000);
	assert_int_equal(presence_net_listen(net), 0);
}

/* A real server with the VIP on lo, told not to answer for it. */
static void test_arp_ignored(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	presence_net_have("lo");
	testnet_run("sysctl -qw net.ipv4.conf.lb0.arp_ignore=1");
	presence_net_start(net);
	presence_run(net->presence, START_MS);
	presence_net_assert_heard(net, (unsigned int[]){ 0, 1, 0, 0 });
}

/* An address of its own is a subnet of nobody else. */
static void test_subnets(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vip(net, "203.0.113.53");
	presence_net_add_vip(net, "203.0.113.64");
	presence_net_add_vip(net, "2001:db8:9::53");
	presence_net_add_vip(net, "198.51.100.53");
	testnet_run("ip addr add 203.0.113.70/26 dev lb0;"
		    "ip addr add 203.0.113.53/32 dev lo;"
		    "ip addr add 203.0.113.64/32 dev lo;"
		    "ip addr add 2001:db8:9::53/128 dev lb0 nodad");
	presence_net_start(net);
	presence_run(net->presence, START_MS);
	presence_net_assert_heard(net, (unsigned int[]){ 0, 1, 0, 0 });
}

static void test_interval(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	presence_net_have("lo");
	net->model.presence.interval_ms = 5000;
	presence_net_start(net);
	presence_run(net->presence, START_MS);
	assert_int_equal(presence_net_listen(net), 3);
	assert_int_equal(presence_due(net->presence), START_MS + 5000);
	presence_run(net->presence, START_MS + 4999);
	assert_int_equal(presence_net_listen(net), 0);
	presence_run(net->presence, START_MS + 5000);
	presence_net_assert_heard(net, (unsigned int[]){ 1, 1, 0, 0 });
	assert_int_equal(presence_due(net->presence), START_MS + 10000);
}

/* Runs whatever is due, at its time; returns when nothing more is. */
static uint64_t run_all(struct presence_net *net, unsigned int *most_at_once)
{
	uint64_t due, last = 0;
	unsigned int sent;

	*most_at_once = 0;
	while ((due = presence_due(net->presence)) != PRESENCE_NEVER) {
		last = due;
		presence_run(net->presence, due);
		sent = presence_net_listen(net);
		if (sent > *most_at_once)
			*most_at_once = sent;
	}
	return last;
}

static void test_many_are_paced(void **state)
{
	struct presence_net *net = *state;
	unsigned int most;
	char text[ADDR_STRLEN];

	for (int i = 0; i < 120; i++) {
		snprintf(text, sizeof(text), "192.0.2.%d", 100 + i);
		presence_net_add_vip(net, text);
		testnet_run("ip addr add %s/32 dev lo", text);
	}
	presence_net_start(net);
	assert_int_equal(run_all(net, &most), START_MS + 100);
	assert_int_equal(most, 50);
}

static void test_link_returns(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	presence_net_have("lo");
	net->model.presence.interval_ms = 5000;
	presence_net_start(net);
	presence_run(net->presence, START_MS);
	assert_int_equal(presence_net_listen(net), 3);
	testnet_run("ip link set lb0 down");
	presence_net_dispatch(net, START_MS + 100);
	presence_run(net->presence, START_MS + 5000);
	assert_true(presence_due(net->presence) == PRESENCE_NEVER);
	testnet_run("ip link set lb0 up; ip addr add 2001:db8::1/64 dev lb0");
	presence_net_dispatch(net, START_MS + 6000);
	assert_int_equal(presence_due(net->presence), START_MS + 6000);
	presence_run(net->presence, START_MS + 6000);
	presence_net_assert_heard(net, (unsigned int[]){ 1, 1, 0, 0 });
	assert_int_equal(presence_due(net->presence), START_MS + 11000);
}

/* The kernel tells of a carrier when it likes to: up to a second later. */
static void dispatch_until_due(struct presence_net *net, uint64_t now_ms,
			       uint64_t due)
{
	struct pollfd fd = { .fd = presence_fd(net->presence),
			     .events = POLLIN };

	while (presence_due(net->presence) != due) {
		assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
		presence_dispatch(net->presence, now_ms);
	}
}

static void test_carrier_returns(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	presence_net_have("lo");
	net->model.presence.interval_ms = 5000;
	presence_net_start(net);
	presence_run(net->presence, START_MS);
	testnet_peer("ip link set peer0 down");
	dispatch_until_due(net, START_MS + 100, START_MS + 1000);
	testnet_peer("ip link set peer0 up");
	dispatch_until_due(net, START_MS + 200, START_MS + 200);
	presence_net_listen(net);
	presence_run(net->presence, START_MS + 200);
	presence_net_assert_heard(net, (unsigned int[]){ 1, 1, 0, 0 });
}

/* However often: the frames keep their distance. */
static void test_flapping_link(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	presence_net_have("lo");
	presence_net_start(net);
	presence_run(net->presence, START_MS);
	assert_int_equal(presence_net_listen(net), 3);
	for (int i = 1; i <= 3; i++) {
		testnet_run("ip link set lb0 down; ip link set lb0 up");
		presence_net_dispatch(net, START_MS + (uint64_t)i);
		presence_run(net->presence, START_MS + (uint64_t)i);
		assert_int_equal(presence_net_listen(net), 0);
	}
	assert_int_equal(presence_due(net->presence), START_MS + 50);
	presence_run(net->presence, START_MS + 50);
	assert_int_equal(presence_net_listen(net), 3);
	assert_int_equal(presence_due(net->presence), START_MS + 1000);
}

static void test_mac_changes(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	presence_net_have("lo");
	presence_net_start(net);
	presence_run(net->presence, START_MS);
	presence_net_listen(net);
	testnet_run("ip link set lb0 mtu 1400");
	presence_net_dispatch(net, START_MS + 100);
	presence_run(net->presence, START_MS + 100);
	assert_int_equal(presence_net_listen(net), 0);
	testnet_run("ip link set lb0 address 02:00:00:00:00:11");
	presence_net_dispatch(net, START_MS + 200);
	net->mac[5] = 0x11;
	presence_run(net->presence, START_MS + 200);
	presence_net_assert_heard(net, (unsigned int[]){ 1, 1, 0, 0 });
}

static void test_link_removed(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	presence_net_have("lo");
	net->model.presence.interval_ms = 5000;
	presence_net_start(net);
	testnet_run("ip link del lb0");
	presence_net_dispatch(net, START_MS);
	presence_run(net->presence, START_MS + 5000);
	assert_true(presence_due(net->presence) == PRESENCE_NEVER);
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown(function, presence_net_set_up,         \
					presence_net_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_wanted),  TEST(test_start_auto),
		TEST(test_start_yes),	    TEST(test_subnets),
		TEST(test_not_ours),	    TEST(test_becomes_ours),
		TEST(test_arp_ignored),	    TEST(test_interval),
		TEST(test_many_are_paced),  TEST(test_link_returns),
		TEST(test_carrier_returns), TEST(test_flapping_link),
		TEST(test_mac_changes),	    TEST(test_link_removed),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("presence", tests, NULL, NULL);
}
