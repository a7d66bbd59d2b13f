/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests of the tables: configurations, and what is known of their world. */
#ifndef TABLES_TEST_WORLD_H
#define TABLES_TEST_WORLD_H

#include "tables/tables.h"

#define WORLD_SERVICES 6UL
#define WORLD_BACKENDS 3 /* of a service */
#define WORLD_INDICES  (WORLD_SERVICES * WORLD_BACKENDS + 1)
#define WORLD_RING     (WORLD_SERVICES * 64)
#define WORLD_RANGES   2
#define WORLD_FILTERS  4

/* Points into itself: never copied. */
struct world {
	struct model_backend backends[WORLD_SERVICES][WORLD_BACKENDS];
	struct model_server_id ids[WORLD_SERVICES][WORLD_BACKENDS];
	struct model_ports ports[WORLD_SERVICES][WORLD_RANGES];
	struct model_filter filters[WORLD_SERVICES][WORLD_FILTERS];
	struct model_service services[WORLD_SERVICES];
	struct model model;
	struct plan_limits limits;
	struct plan *plan;
	struct tables_hop hops[WORLD_INDICES];
	bool serves[WORLD_INDICES];
	struct tables_state state;
	struct tables *tables;
};

/* A MAC address that ends in this byte. */
struct tables_hop world_hop(uint8_t last);

struct addr world_addr(const char *text);

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

/* The tables of the world as it is now. */
struct tables *world_tables(const struct world *w);

void world_destroy(struct world *w);

/* The bucket of a service's VIP. */
const struct lb_vip *world_vip(const struct world *w, size_t service);

/* These four words are that address. */
void world_assert_address(const __be32 *words, const char *text);

/*
 * Addresses of which some share a bucket: of VIPs, and of backends.  Of
 * WORLD_POOL, those with an even index are IPv4.
 */
#define WORLD_POOL 12
void world_pools(struct addr vips[WORLD_POOL], struct addr hosts[WORLD_POOL]);

/*
 * Anything that fits: a service for each seed that is not 0, which depends on
 * its place and seed only; hops, health and gateways from rand().  No two
 * services have the same endpoint of a VIP or the same reply.
 */
void world_grow(struct world *w, const unsigned int seeds[WORLD_SERVICES]);

#endif
