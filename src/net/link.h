/* SPDX-License-Identifier: GPL-2.0-only */
/* An interface's state. */
#ifndef NET_LINK_H
#define NET_LINK_H

#include <net/if.h>
#include <linux/if_link.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"

#define NL_DEVCONF_MAX 64

/* An interface, as rtnetlink tells it. */
struct nl_link_state {
	int ifindex;
	uint16_t type;	    /* ARPHRD_... */
	char kind[16];	    /* "vlan", "bond", "tun", ...; empty: a NIC */
	char port_kind[16]; /* of what it is a port of: "bridge", "bond" */
	int lower;  /* what it stands on, or a veth's peer; 0: nothing */
	int master; /* the interface that it is a port of; 0: none */
	uint8_t mac[MAC_LEN];
	bool up, carrier;
	uint32_t mtu, tx_queues, rx_queues;
	char qdisc[32];
	struct rtnl_link_stats64 stats;
	size_t stats_size; /* bytes of stats that the kernel gave */
	uint32_t devconf[NL_DEVCONF_MAX]; /* [0]: attribute header */
	size_t n_devconf;
};

#endif
