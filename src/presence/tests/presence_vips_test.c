/* SPDX-License-Identifier: GPL-2.0-only */
/* VIPs as addresses of this host.  The clock is the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "presence/tests/net.h"
#include "net/tests/testnet.h"

#define START_MS PRESENCE_NET_START_MS

static bool has(const char *interface, const char *address)
{
	char command[128];

	snprintf(command, sizeof(command),
		 "ip addr show dev %s | grep -q ' %s'", interface, address);
	return testnet_try(command);
}

static void test_assign(void **state)
{
	static const struct {
		enum presence_assign assign;
		const char *interface, *other;
	} table[] = {
		{ PRESENCE_INTERFACE, "lb0", "lo" },
		{ PRESENCE_LOOPBACK, "lo", "lb0" },
	};
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	net->model.presence.announce = PRESENCE_NO;
	for (size_t i = 0; i < 2; i++) {
		net->model.presence.assign = table[i].assign;
		presence_net_start(net);
		assert_true(has(table[i].interface, "203.0.113.53/32"));
		assert_false(has(table[i].interface, "192.0.2.53"));
		presence_net_settle(net);
		assert_true(has(table[i].interface, "192.0.2.53/32"));
		assert_true(has(table[i].interface, "203.0.113.53/32"));
		assert_true(has(table[i].interface, "2001:db8:9::53/128"));
		assert_false(has(table[i].other, "192.0.2.53"));
		assert_true(presence_due(net->presence) == PRESENCE_NEVER);
		presence_close(net->presence);
		net->presence = NULL;
		assert_false(has(table[i].interface, "192.0.2.53"));
		assert_false(has(table[i].interface, "203.0.113.53"));
		assert_false(has(table[i].interface, "2001:db8:9::53"));
		assert_true(has("lb0", "192.0.2.1/24"));
	}
}

static void test_assigned_by_others(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	net->model.presence.assign = PRESENCE_INTERFACE;
	testnet_run("ip addr add 192.0.2.53/32 dev lb0;"
		    "ip addr add 2001:db8::53/64 dev lb0 nodad");
	presence_net_start(net);
	assert_false(has("lb0", "2001:db8::53/128"));
	presence_close(net->presence);
	net->presence = NULL;
	assert_true(has("lb0", "192.0.2.53/32"));
	assert_true(has("lb0", "2001:db8::53/64"));
	assert_false(has("lb0", "203.0.113.53"));
}

/* The kernel drops IPv6 addresses of a link going down. */
static void test_assigned_again(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	net->model.presence.announce = PRESENCE_NO;
	net->model.presence.assign = PRESENCE_INTERFACE;
	presence_net_start(net);
	presence_net_settle(net);
	presence_net_dispatch(net, START_MS + 900);
	presence_run(net->presence, START_MS + 1900);
	testnet_run("ip addr del 192.0.2.53/32 dev lb0;"
		    "ip link set lb0 down; ip link set lb0 up");
	assert_false(has("lb0", "192.0.2.53"));
	assert_false(has("lb0", "2001:db8::53"));
	presence_net_dispatch(net, START_MS + 1910);
	assert_int_equal(presence_due(net->presence), START_MS + 2900);
	presence_run(net->presence, START_MS + 2900);
	assert_true(has("lb0", "192.0.2.53/32"));
	assert_true(has("lb0", "2001:db8::53/128"));
}

static void test_assign_refused(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	net->model.presence.assign = PRESENCE_INTERFACE;
	testnet_run("sysctl -qw net.ipv6.conf.lb0.disable_ipv6=1");
	presence_net_start(net);
	presence_net_settle(net);
	assert_true(has("lb0", "192.0.2.53/32"));
	assert_false(has("lb0", "2001:db8::53"));
	presence_run(net->presence, START_MS + 1000);
	presence_net_assert_heard(net, (unsigned int[]){ 1, 0, 0, 0 });
}

/* A reload with other VIPs: what both have is not away for a moment. */
static void test_taken_over(void **state)
{
	struct presence_net *net = *state;
	struct presence *before;

	presence_net_add_vip(net, "192.0.2.53");
	presence_net_add_vip(net, "203.0.113.53");
	net->model.presence.assign = PRESENCE_INTERFACE;
	presence_net_start(net);
	presence_net_settle(net);
	before = net->presence;
	net->model.n_services = 1;
	presence_net_add_vip(net, "2001:db8:9::53");
	assert_int_equal(presence_open(&net->presence, &net->model,
				       (int)if_nametoindex("lb0"), before,
				       START_MS + 2000),
			 0);
	assert_false(presence_is_asking(net->presence));
	presence_close(before);
	assert_true(has("lb0", "192.0.2.53/32"));
	assert_true(has("lb0", "2001:db8:9::53/128"));
	assert_false(has("lb0", "203.0.113.53"));
	presence_close(net->presence);
	net->presence = NULL;
	assert_false(has("lb0", "192.0.2.53"));
}

/* RFC 5227, RFC 4862: who has it keeps it; when it is free, it is taken. */
static void test_taken_by_others(void **state)
{
	struct presence_net *net = *state;

	presence_net_add_vips(net);
	net->model.presence.assign = PRESENCE_INTERFACE;
	testnet_peer("ip addr add 192.0.2.53/32 dev peer0;"
		     "ip addr add 2001:db8::53/64 dev peer0 nodad");
	presence_net_start(net);
	presence_net_settle(net);
	assert_false(has("lb0", "192.0.2.53"));
	assert_false(has("lb0", "2001:db8::53"));
	assert_true(has("lb0", "203.0.113.53/32"));
	testnet_peer("ip addr del 192.0.2.53/32 dev peer0");
	presence_net_dispatch(net, START_MS + 900);
	for (uint64_t t = START_MS + 900; t < START_MS + 60000; t += 100)
		presence_run(net->presence, t);
	assert_true(has("lb0", "192.0.2.53/32"));
	assert_false(has("lb0", "2001:db8::53"));
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown(function, presence_net_set_up,         \
					presence_net_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_assign),	   TEST(test_assigned_by_others),
		TEST(test_assigned_again), TEST(test_assign_refused),
		TEST(test_taken_over),	   TEST(test_taken_by_others),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("presence_vips", tests, NULL, NULL);
}
