/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/macs.h"
#include "net/tests/testnet.h"
#include "net/tests/testnet_nl.h"

static bool has(const struct nl_macs *macs, uint8_t last)
{
	const uint8_t mac[MAC_LEN] = { 2, 0, 0, 0, 9, last };

	for (size_t i = 0; i < macs->n; i++)
		if (!memcmp(macs->mac[i], mac, MAC_LEN))
			return true;
	return false;
}

static struct nl_macs look(void)
{
	struct nl_macs macs;

	assert_int_equal(nl_macs((int)if_nametoindex("lb0"), &macs), 0);
	assert_true(macs.n > 0);
	return macs;
}

static void test_alone(void **state)
{
	struct nl_link_state link;
	struct nl_macs macs = look();

	assert_int_equal(nl_link(*state, &link), 0);
	assert_int_equal(macs.n, 1);
	assert_memory_equal(macs.mac[0], link.mac, MAC_LEN);
	testnet_run("ip link set lb0 address 02:00:00:00:09:01");
	macs = look();
	assert_int_equal(macs.n, 1);
	assert_true(has(&macs, 1));
}

/* keepalived's use_vmac, RFC 9568, 7.3: a macvlan. */
static void test_on_top(void **state)
{
	struct nl_macs macs;

	(void)state;
	testnet_run("ip link add vrrp.7 link lb0 address 02:00:00:00:09:07"
		    " type macvlan mode private;"
		    "ip link add tap0 link lb0 address 02:00:00:00:09:08"
		    " type macvtap 2>/dev/null || :;"
		    "ip link set vrrp.7 up");
	macs = look();
	assert_true(has(&macs, 7));
	/* Of a guest. */
	assert_false(has(&macs, 8));
	testnet_run("ip link del vrrp.7");
	macs = look();
	assert_false(has(&macs, 7));
}

static void test_port(void **state)
{
	struct nl_macs macs;

	(void)state;
	testnet_run("ip link add br7 address 02:00:00:00:09:07 type bridge;"
		    "ip link add other address 02:00:00:00:09:08 type veth;"
		    "ip link set lb0 master br7; ip link set other master br7");
	macs = look();
	assert_true(has(&macs, 7));
	assert_false(has(&macs, 8));
}

static void test_by_hand(void **state)
{
	struct nl_macs macs;

	(void)state;
	testnet_run("bridge fdb add 02:00:00:00:09:07 dev lb0 self;"
		    "bridge fdb add 33:33:00:00:00:07 dev lb0 self");
	macs = look();
	assert_int_equal(macs.n, 2);
	assert_true(has(&macs, 7));
}

static void test_many(void **state)
{
	struct nl_macs macs;

	(void)state;
	testnet_run("for i in 1 2 3 4 5 6 7; do"
		    " bridge fdb add 02:00:00:00:09:0$i dev lb0 self; done");
	macs = look();
	assert_int_equal(macs.n, NL_MACS_MAX);
	assert_false(macs.more);
	testnet_run("bridge fdb add 02:00:00:00:09:08 dev lb0 self");
	assert_true(look().more);
}

static void test_no_such_link(void **state)
{
	struct nl_macs macs;

	(void)state;
	assert_int_equal(nl_macs(99999, &macs), -ENODEV);
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown(function, testnet_nl_open,             \
					testnet_nl_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_alone),   TEST(test_on_top), TEST(test_port),
		TEST(test_by_hand), TEST(test_many),   TEST(test_no_such_link),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("nl_macs", tests, NULL, NULL);
}
