/* SPDX-License-Identifier: GPL-2.0-only */
#include "net/tests/testnet_nl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/tests/testnet.h"

int testnet_nl_open(void **state)
{
	const struct nl_handler handler = { 0 };
	struct nl *nl = NULL;
	int err;

	testnet_open();
	err = nl_open(&nl, (int)if_nametoindex("lb0"), &handler);
	*state = nl;
	return err;
}

int testnet_nl_up(void **state)
{
	int err = testnet_nl_open(state);

	testnet_up();
	return err;
}

int testnet_nl_up_ipv6(void **state)
{
	int err = testnet_nl_up(state);

	testnet_up_ipv6();
	return err;
}

int testnet_nl_close(void **state)
{
	nl_free(*state);
	testnet_close();
	return 0;
}

struct addr testnet_address(const char *text)
{
	struct addr addr;

	assert_int_equal(addr_parse(text, &addr), 0);
	return addr;
}
