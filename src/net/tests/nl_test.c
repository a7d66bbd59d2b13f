/* SPDX-License-Identifier: GPL-2.0-only */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/tests/watch.h"
#include "net/tests/testnet.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_nothing_to_dispatch(void **state)
{
	struct watch *watch = *state;

	watch_drain(watch);
	memset(&watch->link, 0xff, sizeof(watch->link));
	watch->links = watch->routes = watch->reports = 0;
	assert_int_equal(nl_dispatch(watch->nl), 0);
	assert_int_equal(watch->links + watch->routes + watch->reports, 0);
}

static bool has_no_carrier(struct watch *watch)
{
	return watch->links && watch->link.up && !watch->link.carrier;
}

static bool is_down(struct watch *watch)
{
	return watch->links && !watch->link.up;
}

static bool is_up(struct watch *watch)
{
	return watch->links && watch->link.up && watch->link.carrier;
}

static void test_link_changes(void **state)
{
	struct watch *watch = *state;

	testnet_peer("ip link set peer0 down");
	watch_until(watch, has_no_carrier);
	testnet_run("ip link set lb0 down");
	watch_until(watch, is_down);
	testnet_peer("ip link set peer0 up");
	testnet_run("ip link set lb0 up");
	watch_until(watch, is_up);
	testnet_run("ip link set lb0 mtu 1333 address 02:00:00:00:00:11");
	watch_drain(watch);
	assert_int_equal(watch->link.mtu, 1333);
	assert_int_equal(watch->link.mac[5], 0x11);
}

static void test_link_removed(void **state)
{
	struct watch *watch = *state;

	watch_drain(watch);
	watch->links = 0;
	testnet_run("ip link set lb1 down; ip link del lb1");
	watch_drain(watch);
	assert_int_equal(watch->links, 0);
	assert_int_equal(watch->removals, 0);
	testnet_run("ip link del lb0");
	watch_drain(watch);
	assert_int_equal(watch->removals, 1);
}

/* A bridge tells of its ports, and of their end, by link messages as well. */
static void test_link_leaves_bridge(void **state)
{
	struct watch *watch = *state;

	if (!testnet_try("ip link add br0 type bridge"))
		skip();
	testnet_run("ip link set lb0 master br0");
	watch_drain(watch);
	assert_int_equal(watch->link.mtu, 1500);
	testnet_run("ip link set lb0 nomaster");
	watch_drain(watch);
	assert_int_equal(watch->removals, 0);
}

/* Each command alone is told as a change of routes. */
static void assert_routes_change(struct watch *watch,
				 const char *const *commands, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		watch_drain(watch);
		watch->routes = 0;
		testnet_run("%s", commands[i]);
		watch_drain(watch);
		if (!watch->routes)
			fail_msg("not told of: %s", commands[i]);
	}
}

static void test_routes_change(void **state)
{
	static const char *const commands[] = {
		"ip route add 10.0.0.0/8 via 192.0.2.254",
		"ip route replace 10.0.0.0/8 via 192.0.2.253",
		"ip route del 10.0.0.0/8",
		"ip addr add 203.0.113.1/24 dev lb1",
		"ip addr del 203.0.113.1/24 dev lb1",
	};

	assert_routes_change(*state, commands, COUNT(commands));
}

/* Unlike IPv4's, the routes that go with a link are told one by one. */
static void test_routes_change_ipv6(void **state)
{
	static const char *const commands[] = {
		"ip route add 2001:db8:9::/48 via 2001:db8::fe",
		"ip route replace 2001:db8:9::/48 via 2001:db8::fd",
		"ip route del 2001:db8:9::/48",
		"ip -6 route add default via fe80::1 dev lb0",
		"ip addr add 2001:db8:2::1/64 dev lb1 nodad",
		"ip addr del 2001:db8:2::1/64 dev lb1",
		"ip link set lb0 down",
	};

	testnet_up_ipv6();
	assert_routes_change(*state, commands, COUNT(commands));
}

static bool is_told_of_addresses(struct watch *watch)
{
	return watch->addresses > 0;
}

static void test_addresses_change(void **state)
{
	static const char *const commands[] = {
		"ip addr add 203.0.113.1/32 dev lb0",
		"ip addr del 203.0.113.1/32 dev lb0",
		"ip addr add 203.0.113.1/32 dev lo",
		"ip addr add 2001:db8:2::1/128 dev lb0 nodad",
		"ip addr del 2001:db8:2::1/128 dev lb0",
	};
	struct watch *watch = *state;

	testnet_up_ipv6();
	for (size_t i = 0; i < COUNT(commands); i++) {
		watch_drain(watch);
		watch->addresses = 0;
		testnet_run("%s", commands[i]);
		/* IPv6 tells from a queue of its own (addrconf_dad_work()). */
		watch_until(watch, is_told_of_addresses);
	}
	watch->addresses = 0;
	testnet_run("ip route add 10.0.0.0/8 via 192.0.2.254");
	watch_drain(watch);
	assert_int_equal(watch->addresses, 0);
}

/* Whoever does not want it is not woken by it. */
static void test_only_what_is_wanted(void **state)
{
	const struct nl_handler nothing = { 0 };
	struct pollfd fd = { .events = POLLIN };
	struct nl *nl;

	(void)state;
	assert_int_equal(nl_open(&nl, (int)if_nametoindex("lb0"), &nothing), 0);
	testnet_run("ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:77 dev lb0;"
		    "ip link set lb0 mtu 1400;"
		    "ip route add 10.0.0.0/8 via 192.0.2.254;"
		    "ip addr add 203.0.113.1/24 dev lb0");
	fd.fd = nl_fd(nl);
	assert_int_equal(poll(&fd, 1, 0), 0);
	assert_int_equal(nl_dispatch(nl), 0);
	nl_free(nl);
}

/* Told once, when the queue is empty: what is read then is the last word. */
static void test_overrun(void **state)
{
	struct watch *watch = *state;
	const int tiny = 1;

	watch_drain(watch);
	assert_int_equal(setsockopt(nl_fd(watch->nl), SOL_SOCKET, SO_RCVBUF,
				    &tiny, sizeof(tiny)),
			 0);
	watch_address(watch, "192.0.2.200");
	testnet_run("i=100; while [ $i -le 200 ]; do"
		    " echo neigh add 192.0.2.$i lladdr 02:00:00:00:00:77"
		    " nud permanent dev lb0; i=$((i + 1)); done | ip -batch -");
	watch_drain(watch);
	assert_int_equal(watch->overruns, 1);
	assert_in_range(watch->others, 1, 100);
	assert_int_equal(watch->others_at_overrun, watch->others);
	assert_int_equal(watch->reports, 0);
	assert_int_equal(nl_neighbours(watch->nl), 0);
	assert_true(watch->known);
	testnet_run("ip neigh del 192.0.2.200 dev lb0");
	watch_drain(watch);
	assert_false(watch->known);
	assert_int_equal(watch->overruns, 1);
}

static void test_free_nothing(void **state)
{
	(void)state;
	nl_free(NULL);
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown(function, watch_set_up, watch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_to_dispatch),
		TEST(test_link_changes),
		TEST(test_link_removed),
		TEST(test_link_leaves_bridge),
		TEST(test_routes_change),
		TEST(test_routes_change_ipv6),
		TEST(test_addresses_change),
		TEST(test_only_what_is_wanted),
		TEST(test_overrun),
		cmocka_unit_test(test_free_nothing),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("nl", tests, NULL, NULL);
}
