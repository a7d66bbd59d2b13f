/* SPDX-License-Identifier: GPL-2.0-only */
/* Random tables.  Everything follows from the seed of world_seed(). */
#ifndef WORLD_H
#define WORLD_H

#include "bpf/tests/fixture.h"

#define WORLD_RING_PART	   16
#define WORLD_RING_MAX	   (3 * WORLD_RING_PART)
#define WORLD_BACKENDS_MAX 9
#define WORLD_ROWS_MAX	   64 /* of services, replies, prefixes, server ids */

struct world {
	struct fixture fixture;
	struct fixture_service services[WORLD_ROWS_MAX];
	struct fixture_reply replies[WORLD_ROWS_MAX];
	uint32_t ring[WORLD_RING_MAX];
	struct fixture_backend backends[WORLD_BACKENDS_MAX];
	struct fixture_prefix prefixes[WORLD_ROWS_MAX];
	struct fixture_server_id server_ids[WORLD_ROWS_MAX];
	struct fixture_flow flows[FIXTURE_FLOWS_MAX];
	/*
	 * Thirds of the ring, in some order: backends of IPv4, of IPv6, both.
	 * Some of the last third is missing.
	 */
	uint32_t thirds[3];
};

/*
 * New tables.  What some feature is for is not in them where `without` names
 * it, as no configuration would be.
 */
void world_create(struct world *w, uint32_t without);

/* What the flows are after a packet, and for the next one. */
void world_keep_flows(struct world *w, const struct fixture_flow *flows,
		      size_t n);

/* A random set of features to leave out, most often none. */
uint32_t world_features(void);

#endif
