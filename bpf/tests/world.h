/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random tables and packets.  Everything follows from the seed.  Addresses and
 * ports come from small pools, so that packets meet services and backends
 * often.
 */
#ifndef WORLD_H
#define WORLD_H

#include "fixture.h"
#include "packet.h"

#define WORLD_SERVICES_MAX 12
#define WORLD_REPLIES_MAX  16
#define WORLD_RING_MAX	   32
#define WORLD_BACKENDS_MAX 9

struct world {
	struct fixture fixture;
	struct fixture_service services[WORLD_SERVICES_MAX];
	struct fixture_reply replies[WORLD_REPLIES_MAX];
	uint32_t ring[WORLD_RING_MAX];
	struct fixture_backend backends[WORLD_BACKENDS_MAX];
};

void world_seed(uint64_t seed);

/* New tables. */
void world_create(struct world *w);

/* Changes a packet that is PACKET(). */
void world_packet(struct packet *p);

/* One to four changes to a frame, or a cut; returns its length. */
size_t world_mutate(uint8_t *frame, size_t length);

/* Below n; for those who need a number from the same source. */
uint32_t world_random(uint32_t n);

#endif
