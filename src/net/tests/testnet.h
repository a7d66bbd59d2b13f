/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests only: a network of two namespaces that vanish with the process.
 *
 *	ours, the test's own		the peer's
 *	lb0  02:00:00:00:00:01 -------- peer0  02:00:00:00:00:02
 *	lb1  ------------------------- peer1
 *
 * Nothing has an address and nothing is up until the test says so, by commands
 * or by testnet_up().
 */
#ifndef TESTNET_H
#define TESTNET_H

#include <stdbool.h>

/* False, with a TAP line that skips everything, where namespaces are denied. */
bool testnet_allowed(void);

/* The calling process enters new namespaces; a test fails where that fails. */
void testnet_open(void);
void testnet_close(void);

/*
 * Everything is up.  lb0 is 192.0.2.1/24, lb1 is 198.51.100.1/24, their peers
 * have .2.
 */
void testnet_up(void);

/*
 * The same in 2001:db8::/64 and 2001:db8:1::/64, with link-local addresses.
 * Nobody solicits routers or detects duplicates.
 */
void testnet_up_ipv6(void);

/* Shell commands in our namespace and in the peer's; they have to succeed. */
__attribute__((format(printf, 1, 2))) void testnet_run(const char *format, ...);
__attribute__((format(printf, 1, 2))) void testnet_peer(const char *format,
							...);

/*
 * A packet socket that receives every frame of an interface of the peer; the
 * caller closes it.
 */
int testnet_peer_packets(const char *interface);

/* A socket in the peer's namespace; the caller closes it. */
int testnet_peer_socket(int family, int type);

/* Whether the command succeeds in our namespace; says nothing. */
bool testnet_try(const char *command);

#endif
