/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The map of flows, which a program fills while we read.  A card answers one
 * question at a time; the host's kernel many.
 */
#ifndef MAPS_FLOWS_H
#define MAPS_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/lb_abi.h"

/* Of one pass over the map; zero to begin with. */
struct maps_cursor {
	bool started;
	bool done;
	uint32_t batch;	     /* the kernel's */
	struct lb_flow next; /* where there are no batches */
	size_t left;	     /* the same: so many at most */
};

struct maps_flow {
	struct lb_flow key;
	struct lb_flow_state state;
};

#define MAPS_FLOWS_BATCH 256

/*
 * Some entries more, of which there may be none before the end.  What comes or
 * goes meanwhile may be among them or not.  How many, or negative errno.
 */
int maps_flows_read(int fd, struct maps_cursor *cursor,
		    struct maps_flow entries[MAPS_FLOWS_BATCH]);

/*
 * Forgets a flow that is still as it was read.  1 if it did, 0 if the flow had
 * a packet or is gone, or negative errno.
 */
int maps_flows_forget(int fd, const struct maps_flow *entry);

/* It is such a map, of so many entries, and there (0: on the host). */
bool maps_flows_fits(int fd, uint32_t entries, int offload_ifindex);

/* It is a map of fragments, of this program's. */
bool maps_fragments_fits(int fd);

/* On the host: as many as there is room for. */
void maps_flows_copy(int from, int to);

#endif
