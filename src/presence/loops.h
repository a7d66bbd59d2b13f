/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VIP that routers send here and that is no address of this host: what no
 * service takes (another port, TCP) a kernel that forwards gives back to the
 * router, and gets it again, until the TTL ends (cilium/cilium#20436,
 * projectcalico/calico#5039).
 */
#ifndef PRESENCE_LOOPS_H
#define PRESENCE_LOOPS_H

#include "model/model.h"
#include "net/nl.h"

/*
 * Whether this kernel does so now: by the interface that nl is of, whose name
 * is given.  A question that is not answered is no.
 */
bool presence_loops(struct nl *nl, const char *interface,
		    const struct addr *vip);

/* One line for all VIPs that are to stay so; how many lines there were. */
size_t presence_warn_of_loops(struct nl *nl, const struct model *model);

#endif
