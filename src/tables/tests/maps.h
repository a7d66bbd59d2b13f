/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel holds: maps that take one operation after the other, and look
 * into themselves after each as the program does.
 */
#ifndef TABLES_TEST_MAPS_H
#define TABLES_TEST_MAPS_H

#include "tables/tests/world.h"

#define MAPS_ROWS 128

/* A row of any HASH: its key and its value, each as long as it is. */
struct maps_row {
	uint8_t key[20], value[32];
};

struct maps_hash {
	struct maps_row rows[MAPS_ROWS];
	size_t n;
};

struct maps {
	struct lb_vip vips[LB_VIP_BUCKETS];
	struct lb_host hosts[LB_HOST_BUCKETS];
	struct lb_target backends[WORLD_INDICES];
	uint32_t ring[WORLD_RING];
	struct lb_tunnel tunnels[LB_TUNNELS];
	struct lb_filter filters[WORLD_SERVICES * LB_FILTER_LENGTHS];
	struct lb_quic_config quic_configs[WORLD_SERVICES * LB_QUIC_CONFIGS];
	struct maps_hash services, replies, prefixes, quic_ids;
	/* Of the change under way: */
	size_t ops[PLAN_MAPS]; /* by map */
	size_t n_ops, fail_at; /* 0: never */
	/* New keys of a HASH that find no room: one of so many; 0: none. */
	unsigned int refuse;
	const struct maps *before, *after;
};

/* As created; free() it. */
struct maps *maps_new(void);

/*
 * Applies the difference; counts from where maps->n_ops is.  Every look-up is,
 * after every operation, as it was before or as it will be.
 */
int maps_try(struct maps *maps, const struct tables *from, struct tables *to);

/* The same from nought, without an error; then the maps are as "to" says. */
void maps_change(struct maps *maps, const struct tables *from,
		 struct tables *to);
void maps_assert_hold(const struct maps *maps, const struct tables *tables);

#endif
