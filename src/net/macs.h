/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The MAC addresses that frames for this host have where they come in by an
 * interface: its own, those of what stands on it or has it as a port (VRRP's
 * macvlan, VLANs, bridges, bonds), and those that were added to it by hand.
 */
#ifndef NET_MACS_H
#define NET_MACS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"

#define NL_MACS_MAX 8

struct nl_macs {
	uint8_t mac[NL_MACS_MAX][MAC_LEN]; /* the interface's first */
	size_t n;
	bool more; /* than there is room for */
};

/* 0 or negative errno. */
int nl_macs(int ifindex, struct nl_macs *out);

#endif
