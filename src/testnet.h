/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests only: a network of two namespaces that vanish with the process.
 *
 *	ours, the test's own		the peer's
 *	lb0  02:00:00:00:00:01 -------- peer0  02:00:00:00:00:02
 *	lb1  ------------------------- peer1
 *
 * Nothing has an address and nothing is up until the test says so.
 */
#ifndef TESTNET_H
#define TESTNET_H

#include <stdbool.h>

/* False, with a TAP line that skips everything, where namespaces are denied. */
bool testnet_allowed(void);

/* The calling process enters new namespaces; a test fails where that fails. */
void testnet_open(void);
void testnet_close(void);

/* Shell commands in our namespace and in the peer's; they have to succeed. */
__attribute__((format(printf, 1, 2))) void testnet_run(const char *format, ...);
__attribute__((format(printf, 1, 2))) void testnet_peer(const char *format,
							...);

/* Whether the command succeeds in our namespace; says nothing. */
bool testnet_try(const char *command);

#endif
