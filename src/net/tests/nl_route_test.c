/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "net/tests/testnet.h"
#include "net/tests/testnet_nl.h"

struct lookup {
	const char *dst;
	int err;
	const char *hop;
};

static void assert_hop(const struct addr *hop, const char *expected)
{
	char text[ADDR_STRLEN];

	assert_string_equal(addr_format(hop, text), expected);
}

static void assert_lookups(struct nl *nl, const struct lookup *lookups,
			   size_t n)
{
	struct addr dst, hop;
	int err;

	for (size_t i = 0; i < n; i++) {
		dst = testnet_address(lookups[i].dst);
		err = nl_next_hop(nl, &dst, &hop);
		if (err != lookups[i].err)
			fail_msg("%s: %d, not %d", lookups[i].dst, err,
				 lookups[i].err);
		if (!err)
			assert_hop(&hop, lookups[i].hop);
	}
}

static void test_next_hop(void **state)
{
	static const struct lookup lookups[] = {
		{ "192.0.2.2", 0, "192.0.2.2" },
		{ "203.0.113.5", 0, "192.0.2.254" },
		{ "10.4.0.1", 0, "192.0.2.253" },
		{ "10.6.0.1", 0, "192.0.2.252" },
		/* RFC 8950. */
		{ "10.5.0.1", 0, "fe80::1" },
		/* On another interface; nowhere; refused by a route. */
		{ "198.51.100.7", -ENETUNREACH, NULL },
		{ "10.0.0.1", -ENETUNREACH, NULL },
		{ "10.1.0.1", -ENETUNREACH, NULL },
		{ "10.2.0.1", -ENETUNREACH, NULL },
		{ "10.3.0.1", -ENETUNREACH, NULL },
		/* Our own, and the subnet's broadcast. */
		{ "192.0.2.1", -EADDRNOTAVAIL, NULL },
		{ "192.0.2.255", -EADDRNOTAVAIL, NULL },
	};

	testnet_run("sysctl -qw net.ipv6.conf.lb0.disable_ipv6=0;"
		    "ip route add 203.0.113.0/24 via 192.0.2.254 dev lb0;"
		    "ip route add blackhole 10.1.0.0/16;"
		    "ip route add unreachable 10.2.0.0/16;"
		    "ip route add prohibit 10.3.0.0/16;"
		    "ip route add 10.4.0.0/16 nexthop via 198.51.100.9 dev lb1"
		    "                         nexthop via 192.0.2.253 dev lb0;"
		    "ip route add 10.5.0.0/16 via inet6 fe80::1 dev lb0;"
		    "ip nexthop add id 7 via 192.0.2.252 dev lb0;"
		    "ip route add 10.6.0.0/16 nhid 7");
	assert_lookups(*state, lookups, sizeof(lookups) / sizeof(lookups[0]));
}

/* What leaves through us takes our route, whatever route others have. */
static void test_next_hop_default(void **state)
{
	static const struct lookup lookups[] = {
		{ "192.0.2.2", 0, "192.0.2.2" },
		{ "198.51.100.7", 0, "192.0.2.254" },
		{ "10.0.0.1", 0, "192.0.2.254" },
	};

	testnet_run("ip route add default via 192.0.2.254 dev lb0 metric 9;"
		    "ip route add default via 198.51.100.9 dev lb1 metric 1");
	assert_lookups(*state, lookups, sizeof(lookups) / sizeof(lookups[0]));
}

static void test_next_hop_ipv6(void **state)
{
	static const struct lookup lookups[] = {
		{ "2001:db8::2", 0, "2001:db8::2" },
		{ "2001:db8:4::2", 0, "fe80::1" },
		{ "2001:db8:5::2", 0, "2001:db8::fd" },
		{ "2001:db8:6::2", 0, "fe80::2" },
		/* On another interface; nowhere; refused by a route. */
		{ "2001:db8:1::2", -ENETUNREACH, NULL },
		{ "2001:db8:9::2", -ENETUNREACH, NULL },
		{ "2001:db8:a::2", -ENETUNREACH, NULL },
		{ "2001:db8:b::2", -ENETUNREACH, NULL },
		{ "2001:db8:c::2", -ENETUNREACH, NULL },
		/* Our own; multicast. */
		{ "2001:db8::1", -EADDRNOTAVAIL, NULL },
		{ "ff02::1", -EADDRNOTAVAIL, NULL },
	};

	testnet_run("ip route add 2001:db8:4::/64 via fe80::1 dev lb0;"
		    "ip route add 2001:db8:5::/64"
		    "    nexthop via 2001:db8:1::9 dev lb1"
		    "    nexthop via 2001:db8::fd dev lb0;"
		    "ip nexthop add id 7 via fe80::2 dev lb0;"
		    "ip route add 2001:db8:6::/64 nhid 7;"
		    "ip route add blackhole 2001:db8:a::/64;"
		    "ip route add unreachable 2001:db8:b::/64;"
		    "ip route add prohibit 2001:db8:c::/64");
	assert_lookups(*state, lookups, sizeof(lookups) / sizeof(lookups[0]));
}

/* What leaves through us takes our route, whatever route others have. */
static void test_next_hop_default_ipv6(void **state)
{
	static const struct lookup lookups[] = {
		{ "2001:db8::2", 0, "2001:db8::2" },
		{ "2001:db8:1::2", 0, "fe80::1" },
		{ "2001:db8:9::2", 0, "fe80::1" },
	};

	testnet_run("ip -6 route add default via fe80::1 dev lb0 metric 9;"
		    "ip -6 route add default via fe80::1 dev lb1 metric 1");
	assert_lookups(*state, lookups, sizeof(lookups) / sizeof(lookups[0]));
}

/* Going down takes the routes and, unlike IPv4's, the addresses. */
static void test_next_hop_link_down_ipv6(void **state)
{
	const struct addr dst = testnet_address("2001:db8::2");
	struct addr hop;

	assert_int_equal(nl_next_hop(*state, &dst, &hop), 0);
	testnet_run("ip link set lb0 down");
	assert_int_equal(nl_next_hop(*state, &dst, &hop), -ENETUNREACH);
}

static void test_next_hop_link_down(void **state)
{
	const struct addr dst = testnet_address("192.0.2.2"), none = { 0 };
	struct addr hop;

	assert_int_equal(nl_next_hop(*state, &none, &hop), -EAFNOSUPPORT);
	assert_int_equal(nl_next_hop(*state, &dst, &hop), 0);
	testnet_run("ip link set lb0 down");
	assert_int_equal(nl_next_hop(*state, &dst, &hop), -ENETUNREACH);
	testnet_run("ip link del lb0");
	assert_int_equal(nl_next_hop(*state, &dst, &hop), -ENODEV);
}

/* In any order: which of an IPv6 route's hops is first, the kernel draws. */
static void assert_hops(const struct nl_hops *hops, const char *expected)
{
	char text[ADDR_STRLEN];
	size_t length = hops->n ? hops->n - 1 : 0;

	for (size_t i = 0; i < hops->n; i++) {
		addr_format(&hops->hop[i], text);
		length += strlen(text);
		if (!strstr(expected, text))
			fail_msg("%s is not one of: %s", text, expected);
	}
	assert_int_equal(length, strlen(expected));
}

static void assert_next_hops(struct nl *nl, const char *to, const char *hops)
{
	const struct addr dst = testnet_address(to);
	struct nl_hops found;

	assert_int_equal(nl_next_hops(nl, &dst, &found), 0);
	assert_hops(&found, hops);
}

/* All of ours, each once; cilium/cilium#29069. */
static void test_next_hops(void **state)
{
	testnet_run("sysctl -qw net.ipv6.conf.lb0.disable_ipv6=0;"
		    "ip route add 10.4.0.0/16 nexthop via 192.0.2.8 dev lb0"
		    "   nexthop via 198.51.100.9 dev lb1"
		    "   nexthop via inet6 fe80::8 dev lb0"
		    "   nexthop via 192.0.2.9 dev lb0 weight 5"
		    "   nexthop via 192.0.2.9 dev lb0");
	assert_next_hops(*state, "10.4.0.1", "192.0.2.8 fe80::8 192.0.2.9");
	assert_next_hops(*state, "192.0.2.7", "192.0.2.7");
}

static void test_next_hops_ipv6(void **state)
{
	testnet_run("ip route add 2001:db8:5::/64"
		    "   nexthop via 2001:db8::8 dev lb0"
		    "   nexthop via 2001:db8:1::9 dev lb1"
		    "   nexthop via fe80::9 dev lb0");
	assert_next_hops(*state, "2001:db8:5::2", "2001:db8::8 fe80::9");
}

/* Whether the route repeats what they hold or only names them. */
static void test_nexthop_objects(void **state)
{
	testnet_run("ip nexthop add id 7 via 192.0.2.8 dev lb0;"
		    "ip nexthop add id 8 via 192.0.2.9 dev lb0;"
		    "ip nexthop add id 9 via 198.51.100.9 dev lb1;"
		    "ip nexthop add id 70 group 7/8/9;"
		    "ip nexthop add id 17 via 2001:db8::8 dev lb0;"
		    "ip nexthop add id 18 via fe80::9 dev lb0;"
		    "ip nexthop add id 71 group 17/18;"
		    "ip route add 10.6.0.0/16 nhid 7;"
		    "ip route add 10.7.0.0/16 nhid 70;"
		    "ip route add 10.8.0.0/16 nhid 9;"
		    "ip route add 2001:db8:6::/64 nhid 71");
	for (int mode = 1; mode >= 0; mode--) {
		const struct addr other = testnet_address("10.8.0.1");
		struct nl_hops hops;

		testnet_run("sysctl -qw net.ipv4.nexthop_compat_mode=%d", mode);
		assert_next_hops(*state, "10.6.0.1", "192.0.2.8");
		assert_next_hops(*state, "10.7.0.1", "192.0.2.8 192.0.2.9");
		assert_next_hops(*state, "2001:db8:6::2",
				 "2001:db8::8 fe80::9");
		assert_int_equal(nl_next_hops(*state, &other, &hops),
				 -ENETUNREACH);
	}
	testnet_run("ip nexthop del id 7");
	assert_next_hops(*state, "10.7.0.1", "192.0.2.9");
}

static void assert_gateways(struct nl *nl, const char *from, const char *hops)
{
	const struct addr src = testnet_address(from);
	struct nl_hops found;

	assert_int_equal(nl_default_gateways(nl, src.family, &src, &found), 0);
	assert_hops(&found, hops);
}

/* As the kernel routes what has the VIP as its source. */
static void test_default_gateway_by_rule(void **state)
{
	testnet_run("ip route add default via 192.0.2.254 dev lb0;"
		    "ip route add default via 192.0.2.9 dev lb0 table 100;"
		    "ip rule add from 10.0.0.53 lookup 100");
	assert_gateways(*state, "10.0.0.54", "192.0.2.254");
	/* Not ours, and nothing is forwarded: the kernel does not say. */
	assert_gateways(*state, "10.0.0.53", "192.0.2.254");
	testnet_run("sysctl -qw net.ipv4.ip_forward=1");
	assert_gateways(*state, "10.0.0.53", "192.0.2.9");
	testnet_run("sysctl -qw net.ipv4.ip_forward=0;"
		    "ip addr add 10.0.0.53/32 dev lo");
	assert_gateways(*state, "10.0.0.53", "192.0.2.9");
	testnet_run("ip route replace default table 100"
		    "   nexthop via 192.0.2.8 dev lb0"
		    "   nexthop via 192.0.2.7 dev lb0");
	assert_gateways(*state, "10.0.0.53", "192.0.2.8 192.0.2.7");
	testnet_run("ip rule add lookup 100 pref 10;"
		    "ip route del default");
	assert_gateways(*state, "10.0.0.54", "192.0.2.8 192.0.2.7");
}

static void test_default_gateway_by_rule_ipv6(void **state)
{
	testnet_run("ip route add default via fe80::1 dev lb0;"
		    "ip -6 route add default via fe80::9 dev lb0 table 100;"
		    "ip -6 rule add from 2001:db8:2::53 lookup 100");
	assert_gateways(*state, "2001:db8:2::54", "fe80::1");
	assert_gateways(*state, "2001:db8:2::53", "fe80::9");
}

/* Two halves, as VPNs have them; what is given out of ::/0. */
static void test_default_gateway_in_parts(void **state)
{
	testnet_run("ip route add 0.0.0.0/1 via 192.0.2.8 dev lb0;"
		    "ip route add 128.0.0.0/1 via 192.0.2.8 dev lb0;"
		    "ip route add 2000::/3 via fe80::8 dev lb0");
	assert_gateways(*state, "10.0.0.53", "192.0.2.8");
	assert_gateways(*state, "2001:db8:2::53", "fe80::8");
}

static void assert_gateway(struct nl *nl, sa_family_t family,
			   const char *expected)
{
	struct nl_hops hops;

	assert_int_equal(nl_default_gateways(nl, family, NULL, &hops), 0);
	assert_int_equal(hops.n, 1);
	assert_hop(&hops.hop[0], expected);
}

static void assert_no_gateway(struct nl *nl, sa_family_t family)
{
	struct nl_hops hops;

	assert_int_equal(nl_default_gateways(nl, family, NULL, &hops),
			 -ENETUNREACH);
}

static void test_default_gateway(void **state)
{
	assert_no_gateway(*state, AF_INET);
	testnet_run("ip route add default via 192.0.2.254 dev lb0 metric 200");
	assert_gateway(*state, AF_INET, "192.0.2.254");
	testnet_run("ip route add default via 192.0.2.253 dev lb0 metric 100");
	assert_gateway(*state, AF_INET, "192.0.2.253");
	testnet_run("ip route add default metric 10"
		    " nexthop via 198.51.100.9 dev lb1"
		    " nexthop via 192.0.2.252 dev lb0");
	assert_gateway(*state, AF_INET, "192.0.2.252");
	testnet_run("ip route del default metric 10");
	assert_gateway(*state, AF_INET, "192.0.2.253");
}

/* None of these gives our packets a router, however good their metric. */
static void test_default_gateway_of_others(void **state)
{
	testnet_run("sysctl -qw net.ipv6.conf.lb0.disable_ipv6=0;"
		    "ip route add default via 198.51.100.9 dev lb1;"
		    "ip route add default dev lb0 metric 2;"
		    "ip route add default via 192.0.2.9 dev lb0 table 100;"
		    "ip route add default tos 0x10 via 192.0.2.8 dev lb0;"
		    "ip route add 10.0.0.0/8 via 192.0.2.7 dev lb0;"
		    "ip route add blackhole default metric 1");
	assert_no_gateway(*state, AF_INET);
	testnet_run(
		"ip -4 route add default via inet6 fe80::1 dev lb0 metric 4");
	assert_gateway(*state, AF_INET, "fe80::1");
	testnet_run("ip route add default via 192.0.2.254 dev lb0 metric 3");
	assert_gateway(*state, AF_INET, "192.0.2.254");
}

static void test_default_gateway_ipv6(void **state)
{
	assert_no_gateway(*state, AF_INET6);
	testnet_run("ip route add default via 192.0.2.254 dev lb0");
	assert_no_gateway(*state, AF_INET6);
	testnet_run("ip -6 route add default via fe80::1 dev lb0 metric 200");
	assert_gateway(*state, AF_INET6, "fe80::1");
	testnet_run("ip -6 route add default via fe80::2 dev lb0 metric 100");
	assert_gateway(*state, AF_INET6, "fe80::2");
	testnet_run("ip -6 route add default metric 10"
		    " nexthop via 2001:db8:1::9 dev lb1"
		    " nexthop via 2001:db8::fe dev lb0");
	assert_gateway(*state, AF_INET6, "2001:db8::fe");
	assert_gateway(*state, AF_INET, "192.0.2.254");
}

/* None of these gives our packets a router, however good their metric. */
static void test_default_gateway_of_others_ipv6(void **state)
{
	testnet_run("ip -6 route add default via fe80::1 dev lb1 metric 1;"
		    "ip -6 route add default dev lb0 metric 2;"
		    "ip -6 route add default via fe80::9 dev lb0 table 100;"
		    "ip route add 2001:db8:4::/48 via fe80::7 dev lb0;"
		    "ip -6 route add blackhole default metric 3");
	assert_no_gateway(*state, AF_INET6);
}

/* A namespace without any route has no main table to read. */
static void test_default_gateway_no_table(void **state)
{
	assert_no_gateway(*state, AF_INET);
	assert_no_gateway(*state, AF_INET6);
}

/* More routes than fit into one message of a dump. */
static void test_default_gateway_of_many(void **state)
{
	testnet_run("i=0; while [ $i -lt 2000 ]; do"
		    " echo route add 10.$((i / 250)).$((i %% 250)).0/24"
		    "   via 192.0.2.254 dev lb0; i=$((i + 1));"
		    " done | ip -batch -;"
		    "ip route add default via 192.0.2.253 dev lb0");
	assert_gateway(*state, AF_INET, "192.0.2.253");
}

static void test_not_local(void **state)
{
	static const struct lookup lookups[] = {
		{ "192.0.2.1", -EADDRINUSE, NULL },
		{ "198.51.100.1", -EADDRINUSE, NULL },
		{ "127.0.0.1", -EADDRINUSE, NULL },
		{ "2001:db8::1", -EADDRINUSE, NULL },
		{ "192.0.2.2", 0, NULL },
		{ "192.0.2.255", 0, NULL },
		{ "10.0.0.1", 0, NULL },
		{ "10.1.0.1", 0, NULL },
		{ "10.2.0.1", 0, NULL },
		{ "10.3.0.1", 0, NULL },
		{ "2001:db8::2", 0, NULL },
		{ "2001:db8:9::2", 0, NULL },
	};
	const struct addr none = { 0 };
	struct addr addr;

	testnet_run("sysctl -qw net.ipv6.conf.lb0.disable_ipv6=0;"
		    "ip addr add 2001:db8::1/64 dev lb0 nodad;"
		    "ip route add blackhole 10.1.0.0/16;"
		    "ip route add unreachable 10.2.0.0/16;"
		    "ip route add prohibit 10.3.0.0/16");
	for (size_t i = 0; i < sizeof(lookups) / sizeof(lookups[0]); i++) {
		addr = testnet_address(lookups[i].dst);
		assert_int_equal(nl_check_not_local(*state, &addr),
				 lookups[i].err);
	}
	assert_int_equal(nl_check_not_local(*state, &none), -EAFNOSUPPORT);
}

/* An address stays the host's while its interface is down. */
static void test_not_local_down(void **state)
{
	const struct addr addr = testnet_address("198.51.100.1");

	testnet_run("ip link set lb1 down");
	assert_int_equal(nl_check_not_local(*state, &addr), -EADDRINUSE);
}

#define TEST(function, set_up)                                                 \
	cmocka_unit_test_setup_teardown(function, set_up, testnet_nl_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_next_hop, testnet_nl_up),
		TEST(test_next_hop_default, testnet_nl_up),
		TEST(test_next_hop_ipv6, testnet_nl_up_ipv6),
		TEST(test_next_hop_default_ipv6, testnet_nl_up_ipv6),
		TEST(test_next_hop_link_down_ipv6, testnet_nl_up_ipv6),
		TEST(test_next_hop_link_down, testnet_nl_up),
		TEST(test_next_hops, testnet_nl_up),
		TEST(test_next_hops_ipv6, testnet_nl_up_ipv6),
		TEST(test_nexthop_objects, testnet_nl_up_ipv6),
		TEST(test_default_gateway_by_rule, testnet_nl_up),
		TEST(test_default_gateway_by_rule_ipv6, testnet_nl_up_ipv6),
		TEST(test_default_gateway_in_parts, testnet_nl_up_ipv6),
		TEST(test_default_gateway, testnet_nl_up),
		TEST(test_default_gateway_of_others, testnet_nl_up),
		TEST(test_default_gateway_of_many, testnet_nl_up),
		TEST(test_default_gateway_ipv6, testnet_nl_up_ipv6),
		TEST(test_default_gateway_of_others_ipv6, testnet_nl_up_ipv6),
		TEST(test_default_gateway_no_table, testnet_nl_open),
		TEST(test_not_local, testnet_nl_up),
		TEST(test_not_local_down, testnet_nl_up),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("nl_route", tests, NULL, NULL);
}
