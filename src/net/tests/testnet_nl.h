/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests only: cmocka's set-up, tear-down; *state is a struct nl of lb0. */
#ifndef TESTNET_NL_H
#define TESTNET_NL_H

#include "net/nl.h"

int testnet_nl_open(void **state);
int testnet_nl_up(void **state);      /* after testnet_up() */
int testnet_nl_up_ipv6(void **state); /* after testnet_up_ipv6(), too */
int testnet_nl_close(void **state);

/* The test fails where the text is no address. */
struct addr testnet_address(const char *text);

#endif
