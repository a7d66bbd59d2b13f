/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "instance/own.h"
#include "net/tests/testnet.h"
#include "net/tests/testnet_nl.h"

static int set_up(void **state)
{
	(void)state;
	testnet_open();
	testnet_up();
	testnet_up_ipv6();
	testnet_run("ip addr add 192.0.2.9/32 dev lb0;"
		    "ip addr add 192.0.2.10/24 dev lb0;"
		    "ip addr add 192.0.2.11/32 dev lo;"
		    "ip addr add 192.0.2.12/32 dev lo;"
		    "ip addr add 192.0.2.13/32 dev lo");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	testnet_close();
	return 0;
}

static bool has(const struct own *own, const char *text)
{
	const struct addr wanted = testnet_address(text);

	for (size_t i = 0; i < own->n; i++)
		if (!addr_compare(&own->address[i], &wanted))
			return true;
	return false;
}

static void test_own(void **state)
{
	struct model_service services[] = {
		{ .address = testnet_address("192.0.2.9") },
		{ .address = testnet_address("192.0.2.10") },
		{ .address = testnet_address("192.0.2.11") },
	};
	const struct model model = { .services = services, .n_services = 3 };
	const int ifindex = (int)if_nametoindex("lb0");
	struct own own = { .n = 0 }, again = { .n = 0 };

	(void)state;
	assert_int_equal(own_find(&own, ifindex, &model), 0);
	assert_true(has(&own, "192.0.2.1"));
	assert_true(has(&own, "2001:db8::1"));
	/* A VIP, but one that the kernel may well ask others from. */
	assert_true(has(&own, "192.0.2.10"));
	assert_true(has(&own, "192.0.2.12"));
	assert_int_equal(own.n, 5);
	/* The kernel lists them in another order now. */
	testnet_run("ip addr del 192.0.2.12/32 dev lo;"
		    "ip addr add 192.0.2.12/32 dev lo");
	assert_int_equal(own_find(&again, ifindex, &model), 0);
	assert_true(own_same(&own, &again));
	testnet_run("ip addr add 192.0.2.99/24 dev lb0");
	assert_int_equal(own_find(&again, ifindex, &model), 0);
	assert_false(own_same(&own, &again));
}

static void test_many(void **state)
{
	const struct model model = { .n_services = 0 };
	struct own own = { .n = 0 };

	(void)state;
	testnet_run("for i in $(seq 60); do ip addr add 10.0.0.$i/24 dev lb0; "
		    "done");
	assert_int_equal(own_find(&own, (int)if_nametoindex("lb0"), &model), 0);
	assert_int_equal(own.n, OWN_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("own", tests, NULL, NULL);
}
