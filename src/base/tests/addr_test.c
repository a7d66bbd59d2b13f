/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/addr.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct addr parsed(const char *text)
{
	struct addr addr;

	assert_int_equal(addr_parse(text, &addr), 0);
	return addr;
}

static void test_parse_and_format(void **state)
{
	static const struct {
		const char *text, *formatted;
		int family;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1", AF_INET },
		{ "0.0.0.0", "0.0.0.0", AF_INET },
		{ "255.255.255.255", "255.255.255.255", AF_INET },
		{ "::", "::", AF_INET6 },
		{ "2001:DB8:0:0::1", "2001:db8::1", AF_INET6 },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1", AF_INET6 },
	};
	char buf[ADDR_STRLEN];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct addr addr = parsed(cases[i].text);

		assert_int_equal(addr.family, cases[i].family);
		assert_true(addr_is_set(&addr));
		assert_string_equal(addr_format(&addr, buf),
				    cases[i].formatted);
	}
}

static void test_parse_refuses(void **state)
{
	static const char *const cases[] = {
		"",
		" ",
		"192.0.2",
		"192.0.2.256",
		"192.0.2.1 ",
		" 192.0.2.1",
		"192.0.2.01",
		"0x7f.0.0.1",
		"192.0.2.1/24",
		"192.0.2.1:53",
		"localhost",
		":::",
		"[::1]",
		"fe80::1%eth0",
		"1:2:3:4:5:6:7:8:9",
	};
	struct addr addr = { .family = 77 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(addr_parse(cases[i], &addr), -EINVAL);
		assert_int_equal(addr.family, 77);
	}
}

static void test_none(void **state)
{
	struct addr none = { 0 };
	char buf[ENDPOINT_STRLEN];

	(void)state;
	assert_false(addr_is_set(&none));
	assert_string_equal(addr_format(&none, buf), "none");
	assert_string_equal(addr_not_unicast(&none), "no address");
}

static void test_compare(void **state)
{
	/* In ascending order: all of IPv4 before IPv6, bytes as on the wire. */
	static const char *const sorted[] = {
		"0.0.0.1",   "1.0.0.0", "10.0.0.2", "10.0.0.10",
		"200.0.0.1", "::1",	"::2",	    "2001::",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(sorted); i++)
		for (size_t j = 0; j < COUNT(sorted); j++) {
			struct addr a = parsed(sorted[i]);
			struct addr b = parsed(sorted[j]);
			int order = addr_compare(&a, &b);

			assert_int_equal((order > 0) - (order < 0),
					 (i > j) - (i < j));
		}
}

static void test_compare_ignores_unused_bytes(void **state)
{
	struct addr a = parsed("192.0.2.1"), b = a;

	(void)state;
	memset(b.bytes + 4, 0xff, sizeof(b.bytes) - 4);
	assert_int_equal(addr_compare(&a, &b), 0);
}

static void test_not_unicast(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "0.0.0.0", "unspecified" },
		{ "0.1.2.3", "this network" },
		{ "1.0.0.0", NULL },
		{ "126.255.255.255", NULL },
		{ "127.0.0.0", "loopback" },
		{ "127.255.255.255", "loopback" },
		{ "128.0.0.0", NULL },
		{ "169.254.1.1", NULL },
		{ "223.255.255.255", NULL },
		{ "224.0.0.0", "multicast" },
		{ "239.255.255.255", "multicast" },
		{ "240.0.0.0", "reserved" },
		{ "255.255.255.254", "reserved" },
		{ "255.255.255.255", "broadcast" },
		{ "::", "unspecified" },
		{ "::1", "loopback" },
		{ "ff02::1", "multicast" },
		{ "::ffff:192.0.2.1", "IPv4" },
		{ "fe80::1", NULL },
		{ "2001:db8::1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct addr addr = parsed(cases[i].text);
		const char *why = addr_not_unicast(&addr);

		if (!cases[i].why) {
			assert_null(why);
			continue;
		}
		assert_non_null(why);
		assert_non_null(strstr(why, cases[i].why));
	}
}

static void test_endpoint(void **state)
{
	static const struct {
		const char *text;
		uint16_t port;
	} cases[] = {
		{ "127.0.0.1:8000", 8000 },   { "0.0.0.0:0", 0 },
		{ "192.0.2.1:65535", 65535 }, { "[::1]:53", 53 },
		{ "[2001:db8::1]:1", 1 },
	};
	char buf[ENDPOINT_STRLEN];
	struct addr addr;
	uint16_t port;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(
			addr_parse_endpoint(cases[i].text, &addr, &port), 0);
		assert_int_equal(port, cases[i].port);
		assert_string_equal(addr_format_endpoint(&addr, port, buf),
				    cases[i].text);
	}
}

static void test_longest_endpoint_fits(void **state)
{
	const char *text =
		"[2001:db8:1111:2222:3333:4444:255.255.255.255]:65535";
	char buf[ENDPOINT_STRLEN];
	struct addr addr;
	uint16_t port;

	(void)state;
	assert_int_equal(addr_parse_endpoint(text, &addr, &port), 0);
	addr_format_endpoint(&addr, port, buf);
	assert_string_equal(buf,
			    "[2001:db8:1111:2222:3333:4444:ffff:ffff]:65535");
}

static void test_endpoint_refuses(void **state)
{
	static const char *const cases[] = {
		"",
		":",
		":8000",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:x",
		"127.0.0.1:+5",
		"127.0.0.1: 5",
		"127.0.0.1:65536",
		"127.0.0.1:100000",
		"127.0.0.1:4294967297",
		"::1:53",
		"[::1]",
		"[::1]53",
		"[::1:53",
		"[127.0.0.1]:53",
		"[]:53",
		"[:53",
		"]:53",
		"1111111111111111111111111111111111111111111111111111111:1",
	};
	struct addr addr = { .family = 77 };
	uint16_t port = 7;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(addr_parse_endpoint(cases[i], &addr, &port),
				 -EINVAL);
		assert_int_equal(addr.family, 77);
		assert_int_equal(port, 7);
	}
}

static void test_mac(void **state)
{
	static const uint8_t expected[MAC_LEN] = { 0,	 0x11, 0x22,
						   0xaa, 0xBB, 0xff };
	uint8_t mac[MAC_LEN];
	char buf[MAC_STRLEN];

	(void)state;
	assert_int_equal(mac_parse("00:11:22:aa:BB:fF", mac), 0);
	assert_memory_equal(mac, expected, MAC_LEN);
	assert_string_equal(mac_format(mac, buf), "00:11:22:aa:bb:ff");
}

static void test_mac_refuses(void **state)
{
	static const char *const cases[] = {
		"",
		"00:11:22:aa:bb",
		"00:11:22:aa:bb:",
		"00:11:22:aa:bb:c",
		"00:11:22:aa:bb:cg",
		"00-11-22-aa-bb-cc",
		"001122aabbcc",
		"00:11:22:aa:bb:cc:dd",
		"0:011:22:aa:bb:cc",
		"00:11:22:aa:bb:cc ",
	};
	uint8_t mac[MAC_LEN] = { 7 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(mac_parse(cases[i], mac), -EINVAL);
		assert_int_equal(mac[0], 7);
	}
}

static void test_mac_unicast(void **state)
{
	static const struct {
		const char *text;
		bool unicast;
	} cases[] = {
		{ "00:00:00:00:00:00", false }, { "00:00:00:00:00:01", true },
		{ "02:00:00:00:00:00", true },	{ "01:00:5e:00:00:01", false },
		{ "ff:ff:ff:ff:ff:ff", false }, { "fe:ff:ff:ff:ff:ff", true },
	};
	uint8_t mac[MAC_LEN];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(mac_parse(cases[i].text, mac), 0);
		assert_int_equal(mac_is_unicast(mac), cases[i].unicast);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_and_format),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_compare_ignores_unused_bytes),
		cmocka_unit_test(test_not_unicast),
		cmocka_unit_test(test_endpoint),
		cmocka_unit_test(test_longest_endpoint_fits),
		cmocka_unit_test(test_endpoint_refuses),
		cmocka_unit_test(test_mac),
		cmocka_unit_test(test_mac_refuses),
		cmocka_unit_test(test_mac_unicast),
	};

	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}
