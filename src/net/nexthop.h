/* SPDX-License-Identifier: GPL-2.0-only */
/* What a message about a route says of its next hops. */
#ifndef NL_NEXTHOP_H
#define NL_NEXTHOP_H

#include "net/private.h"

struct nl_route_hops {
	int ifindex;		/* of the hops that count */
	sa_family_t family;	/* for the owner */
	const struct addr *dst; /* the hop where it is on-link; NULL: none */
	struct nl_hops *out;	/* is added to */
	uint32_t metric;	/* of the route */
	uint32_t id; /* nexthop object that is still to be asked for; 0: none */
};

/* Reads a route's message.  0 or -EBADMSG. */
int nl_route_read(struct nlmsghdr *header, struct nl_route_hops *route);

/*
 * Asks for the nexthop object, if the message only named one.  -ENETUNREACH
 * where no hop leaves through the interface.
 */
int nl_route_complete(struct nl *nl, struct nl_route_hops *route);

#endif
