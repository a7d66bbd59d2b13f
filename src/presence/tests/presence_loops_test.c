/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether the kernel would give a VIP's packets back to the router. */
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/tests/testnet.h"
#include "presence/loops.h"

static bool loops(const char *vip)
{
	const struct nl_handler ignore = { 0 };
	struct addr address;
	struct nl *nl;
	bool yes;

	assert_int_equal(addr_parse(vip, &address), 0);
	assert_int_equal(nl_open(&nl, (int)if_nametoindex("lb0"), &ignore), 0);
	yes = presence_loops(nl, "lb0", &address);
	nl_free(nl);
	return yes;
}

static int set_up(void **state)
{
	(void)state;
	testnet_open();
	testnet_up();
	testnet_up_ipv6();
	testnet_run("ip route add default via 192.0.2.2; "
		    "ip -6 route add default via 2001:db8::2 dev lb0");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	testnet_close();
	return 0;
}

static void test_forwarding(void **state)
{
	(void)state;
	testnet_run("sysctl -qw net.ipv4.ip_forward=0 "
		    "net.ipv6.conf.all.forwarding=0");
	assert_false(loops("203.0.113.53"));
	assert_false(loops("2001:db8:9::53"));
	testnet_run("sysctl -qw net.ipv4.conf.lb0.forwarding=1");
	assert_true(loops("203.0.113.53"));
	assert_false(loops("2001:db8:9::53"));
	testnet_run("sysctl -qw net.ipv6.conf.all.forwarding=1; "
		    "ip -6 route replace default via 2001:db8::2 dev lb0");
	assert_true(loops("2001:db8:9::53"));
}

static void test_ways_out(void **state)
{
	(void)state;
	testnet_run("sysctl -qw net.ipv4.ip_forward=1");
	assert_true(loops("203.0.113.53"));
	assert_false(loops("192.0.2.53")); /* a neighbour's */
	testnet_run("ip route add unreachable 203.0.113.53/32");
	assert_false(loops("203.0.113.53"));
	testnet_run("ip route del unreachable 203.0.113.53/32");
	assert_true(loops("203.0.113.53"));
	testnet_run("ip addr add 203.0.113.53/32 dev lo");
	assert_false(loops("203.0.113.53"));
	testnet_run("ip addr del 203.0.113.53/32 dev lo; "
		    "ip addr add 203.0.113.53/32 dev lb1");
	assert_false(loops("203.0.113.53"));
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_forwarding),
		TEST(test_ways_out),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("presence_loops", tests, NULL, NULL);
}
