/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rtnetlink through libnl-3: one interface's link, addresses, routes and
 * neighbours; asked for, and followed.
 */
#ifndef NL_H
#define NL_H

#include "snapshot.h"

struct nl;

/* Called by nl_dispatch() and, for neighbours, by nl_neighbours(). */
struct nl_handler {
	/* A neighbour on our interface; mac NULL: it does not answer. */
	void (*neighbour)(void *arg, const struct addr *addr,
			  const uint8_t *mac);
	/* Routes or addresses changed: next hops are to be asked for again. */
	void (*routes_changed)(void *arg);
	/*
	 * Our link changed (up, carrier, MAC, MTU), or is gone: link NULL.
	 * The IPv4 routes that go with a link going down are told by nothing
	 * but this.
	 */
	void (*link)(void *arg, const struct snapshot_link *link);
	/* Messages were lost (ENOBUFS): read everything again. */
	void (*overrun)(void *arg);
	void *arg;
};

/* Opens the sockets and subscribes.  0 or negative errno. */
int nl_open(struct nl **out, int ifindex, const struct nl_handler *handler);
void nl_free(struct nl *nl);		/* nl_close() is libnl's */

/* Readable when nl_dispatch() has work. */
int nl_fd(const struct nl *nl);
int nl_dispatch(struct nl *nl);

/* -ENODEV where there is no such interface. */
int nl_link(struct nl *nl, struct snapshot_link *out);

/*
 * The neighbour that packets for dst are given to when they leave through our
 * interface: dst itself or a router.  -ENETUNREACH where no route uses it,
 * -EADDRNOTAVAIL where it is our own or a broadcast address, -EAFNOSUPPORT
 * where IPv4 goes to an IPv6 router.
 */
int nl_next_hop(struct nl *nl, const struct addr *dst, struct addr *hop);

/* The next hop of the default route through our interface; -ENETUNREACH. */
int nl_default_gateway(struct nl *nl, struct addr *hop);

/*
 * What the kernel knows now, reported to handler->neighbour one by one, which
 * may ask in turn.
 */
int nl_neighbours(struct nl *nl);

/* Makes the kernel ask (ARP): a new entry is resolved, a known one verified. */
int nl_probe(struct nl *nl, const struct addr *addr);

/* -EADDRINUSE where the address is the host's own, on any interface. */
int nl_check_not_local(struct nl *nl, const struct addr *addr);

#endif
