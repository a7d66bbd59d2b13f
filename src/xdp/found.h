/* SPDX-License-Identifier: GPL-2.0-only */
/* The counters of a program that an older udplb has left attached. */
#ifndef MAPS_FOUND_H
#define MAPS_FOUND_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/lb_abi.h"

struct maps_found;

/*
 * Holds the maps, so that they can be read also when the program is gone.  0
 * (maps_found_close() it); -ENOENT where it has none like ours, -EPROTO where
 * they count other things; or another negative errno.
 */
int maps_found_open(struct maps_found **out, uint32_t prog_id);
void maps_found_close(struct maps_found *found);

/* Indices that the backends' counters have; counters per reading. */
uint32_t maps_found_backends(const struct maps_found *found);
/* The map of flows, as long as *found is open; -1: it has none. */
int maps_found_flows(const struct maps_found *found);
/* The same of fragments. */
int maps_found_fragments(const struct maps_found *found);
size_t maps_found_cpus(const struct maps_found *found);

/* counters[] has room for maps_found_cpus().  0 or negative errno. */
int maps_found_backend(const struct maps_found *found, uint32_t index,
		       struct lb_counter *counters);
int maps_found_reason(const struct maps_found *found, uint32_t reason,
		      struct lb_counter *counters);

#endif
