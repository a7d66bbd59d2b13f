/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "net/nic.h"
#include "net/tests/testnet.h"

static int set_up(void **state)
{
	struct nic *nic = calloc(1, sizeof(*nic));

	testnet_open();
	*state = nic;
	return nic ? 0 : -1;
}

static int tear_down(void **state)
{
	nic_free(*state);
	free(*state);
	testnet_close();
	return 0;
}

static const struct nic_stat *find(const struct nic *nic, const char *name)
{
	for (size_t i = 0; i < nic->n_stats; i++)
		if (!strcmp(nic->stats[i].name, name))
			return &nic->stats[i];
	return NULL;
}

/* Every line of 'ethtool -S', in its order. */
static void assert_as_ethtool(const struct nic *nic)
{
	FILE *pipe = popen("ethtool -S lb0 | tail -n +2", "r");
	unsigned long long value;
	char name[64];
	size_t n = 0;

	assert_non_null(pipe);
	while (fscanf(pipe, " %63[^:]: %llu", name, &value) == 2) {
		assert_true(n < nic->n_stats);
		assert_string_equal(nic->stats[n].name, name);
		assert_int_equal(nic->stats[n].value, value);
		n++;
	}
	assert_int_equal(pclose(pipe), 0);
	assert_int_equal(nic->n_stats, n);
}

static void test_driver(void **state)
{
	struct nic *nic = *state;

	memset(nic->firmware, 'x', sizeof(nic->firmware));
	assert_int_equal(nic_read("lb0", nic), 0);
	assert_string_equal(nic->driver, "veth");
	assert_string_equal(nic->firmware, "");
	assert_string_equal(nic->bus, "");
}

static void test_stats(void **state)
{
	struct nic *nic = *state;

	assert_int_equal(nic_read("lb0", nic), 0);
	assert_true(nic->n_stats > 1);
	assert_non_null(find(nic, "peer_ifindex"));
	assert_true(find(nic, "peer_ifindex")->value > 0);
	assert_as_ethtool(nic);
}

/* The same struct through fewer, none, and more counters. */
static void test_reuse(void **state)
{
	struct nic *nic = *state;

	testnet_run("ethtool -L lb0 rx 1");
	assert_int_equal(nic_read("lb0", nic), 0);
	assert_null(find(nic, "rx_queue_1_drops"));

	assert_int_equal(nic_read("lo", nic), 0);
	assert_int_equal(nic->n_stats, 0);
	assert_string_equal(nic->driver, "");

	testnet_run("ethtool -L lb0 rx 2");
	assert_int_equal(nic_read("lb0", nic), 0);
	assert_non_null(find(nic, "rx_queue_1_drops"));
	assert_as_ethtool(nic);
}

static void test_no_such_interface(void **state)
{
	assert_int_equal(nic_read("nosuch0", *state), -ENODEV);
	assert_int_equal(nic_read("", *state), -ENODEV);
	assert_int_equal(nic_read("a_name_that_is_far_too_long", *state),
			 -ENODEV);
}

static void test_free_twice(void **state)
{
	struct nic *nic = *state;

	assert_int_equal(nic_read("lb0", nic), 0);
	nic_free(nic);
	assert_null(nic->stats);
	assert_int_equal(nic->n_stats, 0);
	nic_free(nic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_driver, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_stats, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_reuse, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_such_interface, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_free_twice, set_up,
						tear_down),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("nic", tests, NULL, NULL);
}
