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
	int err = testnet_nl_up_ipv6(state);

	if (err)
		return err;
	testnet_run("ip addr add 192.0.2.9/32 dev lb0;"
		    "ip addr add 192.0.2.10/24 dev lb0;"
		    "ip addr add 192.0.2.11/32 dev lo;"
		    "ip addr add 192.0.2.12/32 dev lo;"
		    "ip addr add 192.0.2.13/32 dev lo");
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
	struct own own, again;

	assert_int_equal(own_find(&own, *state, &model), 0);
	assert_true(has(&own, "192.0.2.1"));
	assert_true(has(&own, "2001:db8::1"));
	/* A VIP, but one that the kernel may well ask others from. */
	assert_true(has(&own, "192.0.2.10"));
	assert_true(has(&own, "192.0.2.12"));
	/* Of another interface; of the link; each once. */
	assert_true(has(&own, "198.51.100.1"));
	assert_true(has(&own, "2001:db8:1::1"));
	/* What comes from where everybody is comes from nobody. */
	assert_true(has(&own, "192.0.2.255"));
	assert_false(has(&own, "127.255.255.255"));
	assert_false(has(&own, "127.0.0.1"));
	assert_false(has(&own, "::1"));
	assert_false(has(&own, "192.0.2.9"));
	assert_false(has(&own, "192.0.2.11"));
	for (size_t i = 1; i < own.n; i++)
		assert_true(addr_compare(&own.address[i - 1], &own.address[i]) <
			    0);
	/* The kernel lists them in another order now. */
	testnet_run("ip addr del 192.0.2.12/32 dev lo;"
		    "ip addr add 192.0.2.12/32 dev lo");
	assert_int_equal(own_find(&again, *state, &model), 0);
	assert_true(own_same(&own, &again));
	own_free(&again);
	testnet_run("ip addr add 192.0.2.99/32 dev lb1 scope link");
	assert_int_equal(own_find(&again, *state, &model), 0);
	assert_false(own_same(&own, &again));
	assert_true(has(&again, "192.0.2.99"));
	own_free(&again);
	own_free(&own);
}

static void test_many(void **state)
{
	const struct model model = { .n_services = 0 };
	struct own own;

	testnet_run("for i in $(seq 60); do ip addr add 10.0.0.$i/24 dev lb0; "
		    "done");
	assert_int_equal(own_find(&own, *state, &model), 0);
	assert_true(own.n > 60);
	assert_true(has(&own, "10.0.0.60"));
	own_free(&own);
}

/* A VIP only where the kernel asks the backends from it. */
static void test_vip_as_source(void **state)
{
	struct model_backend backend = { .address =
						 testnet_address("192.0.2.2") };
	struct model_service service = {
		.address = testnet_address("192.0.2.11"),
		.forward = LB_FORWARD_NAT,
		.backends = &backend,
		.n_backends = 1,
	};
	const struct model model = { .services = &service, .n_services = 1 };
	struct own own;

	assert_int_equal(own_find(&own, *state, &model), 0);
	assert_false(has(&own, "192.0.2.11"));
	own_free(&own);
	testnet_run("ip route add 192.0.2.2/32 dev lb0 src 192.0.2.11");
	assert_int_equal(own_find(&own, *state, &model), 0);
	assert_true(has(&own, "192.0.2.11"));
	own_free(&own);
	/* Of a whole prefix that is local, without being an address. */
	testnet_run("ip route add local 10.9.0.0/16 dev lo;"
		    "ip route replace 192.0.2.2/32 dev lb0 src 10.9.1.2");
	assert_int_equal(own_find(&own, *state, &model), 0);
	assert_true(has(&own, "10.9.1.2"));
	assert_false(has(&own, "192.0.2.11"));
	own_free(&own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_own, set_up,
						testnet_nl_close),
		cmocka_unit_test_setup_teardown(test_many, set_up,
						testnet_nl_close),
		cmocka_unit_test_setup_teardown(test_vip_as_source, set_up,
						testnet_nl_close),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("own", tests, NULL, NULL);
}
