/* SPDX-License-Identifier: GPL-2.0-only */
/* The XDP programs of an interface: the card's, the host's, a dispatcher's. */
#ifndef XDP_LIST_H
#define XDP_LIST_H

#include <stddef.h>
#include <stdint.h>
#include <xdp/libxdp.h>

/* libxdp's name of it; see lib/libxdp/xdp-dispatcher.c.in in xdp-tools. */
#define XDP_DISPATCHER	      "xdp_dispatcher"
#define XDP_DISPATCHER_PLACES 10 /* MAX_DISPATCHER_ACTIONS there */

/* The card's, the host's, and those of its dispatcher. */
#define XDP_LIST_MAX (2 + XDP_DISPATCHER_PLACES)

struct xdp_entry {
	uint32_t id;
	enum xdp_attach_mode mode;
	uint32_t dispatcher; /* libxdp's that calls it; 0: none */
	char name[64];	     /* empty where we may not ask */
};

struct xdp_list {
	size_t n;
	struct xdp_entry entry[XDP_LIST_MAX];
};

/* Ids as netlink tells them, dispatchers as such; 0: none. */
struct xdp_ids {
	uint32_t hw, drv, skb;
};

/* 0 or negative errno.  Cheap: nothing is opened. */
int xdp_ids(int ifindex, struct xdp_ids *ids);

/*
 * The card's program first.  0; or negative errno, and nothing is known of who
 * is there.  libxdp before 1.4 leaves the
 * descriptor of a dispatcher open that it is asked about, so this is for when
 * something changes, not for every second; of other programs it is not asked,
 * since such a descriptor would keep their maps alive.
 */
int xdp_list_get(int ifindex, struct xdp_list *list);

/* NULL: it is not there. */
const struct xdp_entry *xdp_list_find(const struct xdp_list *list, uint32_t id);

/* Only this program is detached.  0 or negative errno. */
int xdp_list_detach(int ifindex, const struct xdp_entry *entry);

#endif
