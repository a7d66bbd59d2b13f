/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests of the tables: configurations, and what is known of their world. */
#ifndef TABLES_TEST_WORLD_H
#define TABLES_TEST_WORLD_H

#include "tables.h"

#define WORLD_SERVICES 5UL
#define WORLD_BACKENDS 6	/* of a service */
#define WORLD_INDICES (WORLD_SERVICES * WORLD_BACKENDS + 1)
#define WORLD_RING (WORLD_SERVICES * 64)

/* Points into itself: never copied. */
struct world {
	struct model_backend backends[WORLD_SERVICES][WORLD_BACKENDS];
	struct model_ports ports[WORLD_SERVICES];
	struct model_service services[WORLD_SERVICES];
	struct model model;
	struct plan *plan;
	struct tables_hop hops[WORLD_INDICES];
	bool serves[WORLD_INDICES];
	struct tables_state state;
	struct tables *tables;
};

/* A MAC address that ends in this byte. */
struct tables_hop world_hop(uint8_t last);

/*
 * Service i is 10.0.0.i:first-last, a ring of 64 slots; its backend b is
 * 10.1.i.b:5353 with weight 1 + b.
 */
void world_add(struct world *w, uint16_t first, uint16_t last,
	       enum lb_forward forward, size_t n_backends);

/* Makes plan and tables; everybody serves, every MAC ends in its index. */
void world_complete(struct world *w);

/* One service each: nat, 3 backends; snat, 6 ports, 2; dsr, 1. */
void world_small(struct world *w);

/* Anything that fits, from rand(). */
void world_random(struct world *w);

/* The tables of the world as it is now. */
struct tables *world_tables(const struct world *w);

void world_destroy(struct world *w);

#endif
