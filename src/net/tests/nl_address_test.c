/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/tests/testnet.h"
#include "net/tests/testnet_nl.h"

#define MAX 8

struct list {
	struct nl_address address[MAX];
	size_t n;
	size_t stop_after;
};

static int collect(void *arg, const struct nl_address *address)
{
	struct list *list = arg;

	assert_true(list->n < MAX);
	list->address[list->n++] = *address;
	return list->n == list->stop_after ? -ECANCELED : 0;
}

static int index_of(const char *interface)
{
	return (int)if_nametoindex(interface);
}

static const struct nl_address *find(const struct list *list, const char *text)
{
	const struct addr wanted = testnet_address(text);

	for (size_t i = 0; i < list->n; i++)
		if (!addr_compare(&list->address[i].address, &wanted))
			return &list->address[i];
	return NULL;
}

static void assert_listed(const struct list *list, const char *text, int length,
			  bool global, bool usable)
{
	const struct nl_address *found = find(list, text);

	if (!found)
		fail_msg("%s is not listed", text);
	assert_int_equal(found->length, length);
	assert_int_equal(found->global, global);
	assert_int_equal(found->usable, usable);
}

static void test_list(void **state)
{
	struct list list = { 0 };

	(void)state;
	testnet_run("ip addr add 203.0.113.1 peer 203.0.113.9/29 dev lb0;"
		    "ip addr add 10.0.0.1/8 scope link dev lb0;"
		    "ip addr add fe80::1/64 dev lb0 nodad;"
		    "ip addr add 2001:db8::5/128 preferred_lft 0 dev lb0"
		    " nodad");
	assert_int_equal(nl_addresses(index_of("lb0"), collect, &list), 0);
	assert_int_equal(list.n, 7);
	assert_listed(&list, "192.0.2.1", 24, true, true);
	assert_listed(&list, "203.0.113.1", 32, true, true);
	assert_listed(&list, "10.0.0.1", 8, false, true);
	assert_listed(&list, "2001:db8::1", 64, true, true);
	assert_listed(&list, "fe80::1", 64, false, true);
	assert_listed(&list, "2001:db8::5", 128, true, false);
}

static void test_list_stops(void **state)
{
	struct list list = { .stop_after = 1 };

	(void)state;
	assert_int_equal(nl_addresses(index_of("lb0"), collect, &list),
			 -ECANCELED);
	assert_int_equal(list.n, 1);
}

static void test_add_and_delete(void **state)
{
	static const char *const texts[] = { "198.51.100.77", "192.0.2.77",
					     "2001:db8::77", "2001:db8:9::77" };
	static const char *const interfaces[] = { "lb0", "lo" };
	struct addr address;
	int index;

	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 2; j++) {
			address = testnet_address(texts[i]);
			index = index_of(interfaces[j]);
			assert_int_equal(
				nl_address_add(*state, index, &address), 0);
			testnet_run("ip addr show dev %s | grep -q %s/",
				    interfaces[j], texts[i]);
			assert_int_equal(
				nl_address_add(*state, index, &address),
				-EEXIST);
			assert_int_equal(
				nl_address_delete(*state, index, &address), 0);
			assert_int_equal(
				nl_address_delete(*state, index, &address),
				-EADDRNOTAVAIL);
		}
}

/* What the user gave a prefix of its own is the user's. */
static void test_other_length(void **state)
{
	const struct addr address = testnet_address("2001:db8::1");

	assert_int_equal(nl_address_add(*state, index_of("lb0"), &address),
			 -EEXIST);
}

static void test_add_refused(void **state)
{
	const struct addr v4 = testnet_address("192.0.2.77");
	const struct addr v6 = testnet_address("2001:db8::77");

	testnet_run("sysctl -qw net.ipv6.conf.lb0.disable_ipv6=1");
	assert_int_equal(nl_address_add(*state, index_of("lb0"), &v6), -EACCES);
	assert_int_equal(nl_address_add(*state, 9999, &v4), -ENODEV);
}

static void assert_source(struct nl *nl, const char *dst, const char *expected)
{
	const struct addr to = testnet_address(dst);
	char text[ADDR_STRLEN];
	struct addr source;

	assert_int_equal(nl_source_address(nl, &to, &source), 0);
	assert_string_equal(addr_format(&source, text), expected);
}

static void test_source(void **state)
{
	testnet_run("ip addr add 192.0.2.9/24 dev lb0;"
		    "ip addr add 203.0.113.1/24 dev lb0;"
		    "ip addr add 2001:db8:3::1/64 dev lb0 nodad;"
		    "ip route add 10.0.0.0/8 via 192.0.2.254;"
		    "ip route add 10.9.0.0/16 via 192.0.2.254 src 192.0.2.9;"
		    "ip addr add 2001:db8::9/64 dev lb0 nodad;"
		    "ip route add 2001:db8:9::/64 via 2001:db8::fe"
		    " src 2001:db8::9");
	assert_source(*state, "192.0.2.2", "192.0.2.1");
	assert_source(*state, "203.0.113.2", "203.0.113.1");
	assert_source(*state, "10.1.0.1", "192.0.2.1");
	assert_source(*state, "10.9.0.1", "192.0.2.9");
	assert_source(*state, "2001:db8:3::2", "2001:db8:3::1");
	assert_source(*state, "2001:db8:9::2", "2001:db8::9");
}

/* The route may come, and then this one is used. */
static void test_source_without_route(void **state)
{
	assert_source(*state, "198.18.0.1", "192.0.2.1");
	assert_source(*state, "2001:db8:1::2", "2001:db8::1");
}

/* RFC 6724 alone would take the VIP: it agrees in 127 bits, not in 64. */
static void test_source_is_no_vip(void **state)
{
	static const char *const vips[] = { "192.0.2.100", "2001:db8::100" };
	struct addr vip;

	for (size_t i = 0; i < 2; i++) {
		vip = testnet_address(vips[i]);
		assert_int_equal(nl_address_add(*state, index_of("lb0"), &vip),
				 0);
	}
	assert_source(*state, "192.0.2.101", "192.0.2.1");
	assert_source(*state, "2001:db8::101", "2001:db8::1");
}

static void assert_no_source(struct nl *nl, const char *dst)
{
	const struct addr to = testnet_address(dst);
	struct addr source;

	assert_int_equal(nl_source_address(nl, &to, &source), -EADDRNOTAVAIL);
}

static void test_no_source(void **state)
{
	const struct addr none = { 0 };
	struct addr source;

	assert_no_source(*state, "192.0.2.2");
	assert_no_source(*state, "2001:db8::2");
	testnet_run("ip link set lb0 up;"
		    "sysctl -qw net.ipv6.conf.lb0.disable_ipv6=0;"
		    "ip addr add fe80::1/64 dev lb0 nodad;"
		    "ip route add 2001:db8::/64 dev lb0");
	assert_no_source(*state, "2001:db8::2");
	assert_int_equal(nl_source_address(*state, &none, &source),
			 -EAFNOSUPPORT);
}

#define TEST(function, set_up)                                                 \
	cmocka_unit_test_setup_teardown(function, set_up, testnet_nl_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_list, testnet_nl_up_ipv6),
		TEST(test_list_stops, testnet_nl_up_ipv6),
		TEST(test_add_and_delete, testnet_nl_up_ipv6),
		TEST(test_other_length, testnet_nl_up_ipv6),
		TEST(test_add_refused, testnet_nl_up_ipv6),
		TEST(test_source, testnet_nl_up_ipv6),
		TEST(test_source_without_route, testnet_nl_up_ipv6),
		TEST(test_source_is_no_vip, testnet_nl_up_ipv6),
		TEST(test_no_source, testnet_nl_open),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("nl_address", tests, NULL, NULL);
}
