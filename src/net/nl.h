/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rtnetlink through libnl-3: one interface's link, addresses, routes and
 * neighbours; asked for, and followed.
 */
#ifndef NL_H
#define NL_H

#include "net/link.h"

struct nl;

/*
 * Called by nl_dispatch() and, for neighbours, by nl_neighbours().  What is
 * NULL is not subscribed to.
 */
struct nl_handler {
	/*
	 * A neighbour on our interface; mac NULL: it does not answer, or is
	 * known no more.  Not told of while it is being asked for.
	 */
	void (*neighbour)(void *arg, const struct addr *addr,
			  const uint8_t *mac);
	/*
	 * Routes, rules, nexthop objects or addresses changed: next hops and
	 * sources are to be asked for again.
	 */
	void (*routes_changed)(void *arg);
	/* Addresses of any interface did. */
	void (*addresses_changed)(void *arg);
	/*
	 * Our link changed (up, carrier, MAC, MTU), or is gone: link NULL.
	 * The IPv4 routes that go with a link going down are told by nothing
	 * but this.  Its IPv6 addresses go then, too.
	 */
	void (*link)(void *arg, const struct nl_link_state *link);
	/* Any link did, or the MAC addresses that ours has besides its own. */
	void (*links_changed)(void *arg);
	/* Messages were lost (ENOBUFS): read everything again. */
	void (*overrun)(void *arg);
	void *arg;
};

/* Opens the sockets and subscribes.  0 or negative errno. */
int nl_open(struct nl **out, int ifindex, const struct nl_handler *handler);
void nl_free(struct nl *nl); /* nl_close() is libnl's */

/* Readable when nl_dispatch() has work. */
int nl_fd(const struct nl *nl);
int nl_dispatch(struct nl *nl);

/*
 * Of an outcome of the functions below: the kernel could not be asked, so it
 * says nothing of what was asked about.
 */
bool nl_is_unanswered(int err);

/* -ENODEV where there is no such interface. */
int nl_link(struct nl *nl, struct nl_link_state *out);

/* The index of an interface by its name; or negative errno, logged: -ENODEV
 * where there is none. */
int nl_link_index(const char *name);

/* VLAN interfaces stand on it; false where the kernel does not say. */
bool nl_link_has_vlans(int ifindex);

/* Neighbours that a route names; more are left out. */
#define NL_HOPS_MAX 32
struct nl_hops {
	struct addr hop[NL_HOPS_MAX];
	size_t n;
};

/*
 * The neighbours that packets for dst are given to when they leave through our
 * interface: dst itself or routers, which for IPv4 may be IPv6 ones (RFC 8950);
 * of a route with several all, each once.  -ENETUNREACH where no route uses the
 * interface, -EADDRNOTAVAIL where dst is our own, a broadcast or a multicast
 * address.  nl_next_hop(): the first of them.
 */
int nl_next_hops(struct nl *nl, const struct addr *dst, struct nl_hops *out);
int nl_next_hop(struct nl *nl, const struct addr *dst, struct addr *hop);

/*
 * The routers that packets from src (NULL: any) to anywhere, AF_INET or
 * AF_INET6, are given to when they leave through our interface: as the kernel's
 * rules and tables say, else those of the main table's default route.
 * -ENETUNREACH.
 */
int nl_default_gateways(struct nl *nl, sa_family_t family,
			const struct addr *src, struct nl_hops *out);

/*
 * The address of this host that packets to dst have when they leave through our
 * interface: the route's preferred source, else the interface's first global
 * address.  -EADDRNOTAVAIL where there is neither.
 */
int nl_source_address(struct nl *nl, const struct addr *dst, struct addr *out);

/* An address of an interface. */
struct nl_address {
	struct addr address;
	uint8_t length; /* of the subnet it is in; full where alone */
	bool global;	/* not of the link or the host only */
	bool usable;	/* not (yet) in doubt; not deprecated */
	bool in_doubt;	/* somebody else may have it, or has (RFC 4862) */
	int ifindex;
};

/*
 * Of one interface, or of all (ifindex 0), one by one; an error of fn ends it
 * and is the outcome.
 */
typedef int (*nl_address_fn)(void *arg, const struct nl_address *address);
int nl_addresses(int ifindex, nl_address_fn fn, void *arg);

/*
 * An address for itself alone (/32, /128), which no packet of this host takes
 * as its source unless asked to.  -EEXIST, -EADDRNOTAVAIL where it is (not)
 * there already.
 */
int nl_address_add(struct nl *nl, int ifindex, const struct addr *address);
int nl_address_delete(struct nl *nl, int ifindex, const struct addr *address);

/*
 * What the kernel knows now, reported to handler->neighbour one by one, which
 * may ask in turn.
 */
int nl_neighbours(struct nl *nl);

/* Makes the kernel ask (ARP, ND): what is new is resolved, else verified. */
int nl_probe(struct nl *nl, const struct addr *addr);

enum nl_resolution {
	NL_ABSENT, /* the kernel has no entry */
	NL_FAILED, /* it asked in vain */
	NL_ASKED,  /* it knows the neighbour, or is still asking */
};

/* How a neighbour stands with the kernel now, whatever events are queued. */
enum nl_resolution nl_resolution(struct nl *nl, const struct addr *addr);

/* -EADDRINUSE where the address is the host's own, on any interface. */
int nl_check_not_local(struct nl *nl, const struct addr *addr);

#endif
