/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the maps must hold right now: plan + who serves + which MAC addresses.
 * Pure.  A change is the difference between two tables, in an order that never
 * sends a packet to an entry that is not there yet.
 */
#ifndef TABLES_H
#define TABLES_H

#include "plan.h"

/* A neighbour as the data path needs it. */
struct tables_hop {
	bool known;
	uint8_t mac[MAC_LEN];
};

/* What is known about the world; index as in the backends map. */
struct tables_state {
	const struct tables_hop *backends;	/* plan->sizes.backends */
	const bool *serves;			/* plan->sizes.backends */
	struct tables_hop gateway;
};

struct tables_service {
	struct lb_endpoint4 key;
	struct lb_service value;
};

struct tables_reply {
	struct lb_endpoint4 key;
	struct lb_target value;
};

struct tables {
	struct tables_service *services;	/* sorted by key */
	size_t n_services;
	struct tables_reply *replies;		/* sorted by key */
	size_t n_replies;
	uint32_t *ring;
	size_t n_ring;
	struct lb_target *backends;
	size_t n_backends;
	const struct plan *plan;		/* what the rings are made */
	bool *serves;				/* from, by backend */
};

enum tables_map {
	TABLES_BACKENDS,
	TABLES_RING,
	TABLES_REPLIES,
	TABLES_SERVICES,
};

/* One write to one map.  The pointers are valid during the call only. */
struct tables_op {
	enum tables_map map;
	const void *key;
	const void *value;			/* NULL: delete the key */
};

/*
 * A backend serves only where serves[] says so and its MAC is known.  0 and
 * *out (tables_free() it; the plan must outlive it), or -ENOMEM.
 */
int tables_build(const struct plan *plan, const struct tables_state *state,
		 struct tables **out);

/* The same for the plan of previous; copies the rings that did not change. */
int tables_rebuild(const struct tables *previous,
		   const struct tables_state *state, struct tables **out);
void tables_free(struct tables *tables);

/* 0, or a negative errno that ends tables_diff() with the same value. */
typedef int (*tables_emit_fn)(void *arg, const struct tables_op *op);

/*
 * Emits what turns "from" into "to": new backends, then slots, replies and
 * services; then deletions in the opposite order.  from NULL: maps as created.
 * Writing a backend without a MAC deletes it, in this sense: at no moment does
 * a slot of a service lead to such a one.  May be repeated after an error.
 */
int tables_diff(const struct tables *from, const struct tables *to,
		tables_emit_fn emit, void *arg);

#endif
