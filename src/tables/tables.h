/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the maps must hold right now: plan + who serves + which MAC addresses.
 * Pure.  A change is the difference between two tables, in an order that never
 * sends a packet to an entry that is not there yet.
 */
#ifndef TABLES_H
#define TABLES_H

#include "tables/plan.h"

/* A neighbour as the data path needs it. */
struct tables_hop {
	bool known;
	bool here; /* known, and this host itself: not to be sent to */
	uint8_t mac[MAC_LEN];
};

/* What is known about the world; by backend as in the plan. */
struct tables_state {
	const struct tables_hop *backends; /* plan->sizes.backends */
	const bool *serves;		   /* plan->sizes.backends */
	const bool *stays; /* the same, or is only drained; NULL: the same */
	const bool *waits; /* not in the ring, as if weightless; NULL: nobody */
	struct tables_hop gateways[PLAN_FAMILIES];
	struct addr source4, source6; /* of tunnels: the interface's */
	uint32_t link_mtu;	      /* of the interface; 0: unknown */
	bool tell_too_big; /* clients, now, what tunnels cannot take */
};

/* Rows of the HASH maps: a key and its value. */
struct tables_service {
	struct lb_endpoint key;
	struct lb_service value;
};

struct tables_reply {
	struct lb_endpoint key;
	struct lb_target value;
};

struct tables_prefix {
	struct lb_prefix key;
	uint32_t denied;
};

struct tables_quic_id {
	struct lb_quic_id key;
	uint32_t backend;
};

/* The slots of one service; shared by tables in which they are the same. */
struct tables_ring {
	unsigned int users;
	bool partial;	/* what it is made of has changed, not all slots */
	uint32_t *base; /* ring_build()'s, while somebody does not serve */
	uint32_t slots[];
};

/* A row that emit refused for want of room: key and value. */
struct tables_refusal {
	enum plan_map map;
	_Alignas(8) uint8_t row[64];
};

struct tables_refused {
	struct tables_refusal *list;
	size_t n, room;
	int err; /* what emit said last */
};

struct tables {
	const struct plan *plan;
	bool *serves;		    /* by backend: the rings' input ... */
	uint16_t *weights;	    /* ... and its other half */
	struct tables_ring **rings; /* by service */
	uint32_t *owned;	    /* by backend: slots */
	struct lb_target *backends; /* by place: plan->sizes.places */
	struct lb_vip *vips;	    /* LB_VIP_BUCKETS */
	struct lb_host *hosts;	    /* LB_HOST_BUCKETS */
	struct lb_tunnel tunnels[LB_TUNNELS];
	struct lb_filter *filters;	     /* plan->sizes.filters */
	struct lb_quic_config *quic_configs; /* plan->sizes.quic_configs */
	/* Sorted by key, each. */
	struct tables_service *services;
	struct tables_reply *replies;
	struct tables_prefix *prefixes;
	struct tables_quic_id *quic_ids;
	size_t n_services, n_replies, n_prefixes, n_quic_ids;
	size_t written; /* by a tables_diff() that failed */
	/* Not among the rows above, as tables_diff() could not add them. */
	struct tables_refused refused;
};

/*
 * One write to one map.  The pointers are valid during the call only.  In an
 * ARRAY what is gone is written as zeros; value NULL: the key of a HASH goes.
 */
struct tables_op {
	enum plan_map map;
	const void *key;
	const void *value;
};

/*
 * A backend serves only where serves[] says so and its MAC is known; flows may
 * stay with it where stays[] does, even if it gets no new ones.  0 and
 * *out (tables_free() it; the plan must outlive it), or -ENOMEM.
 */
int tables_build(const struct plan *plan, const struct tables_state *state,
		 struct tables **out);

/*
 * The same, sharing the rings that did not change.  plan is that of previous,
 * of which weights may have changed, or one that places_follow() put in its
 * place.  The model of previous may be gone.
 */
int tables_rebuild(const struct tables *previous, const struct plan *plan,
		   const struct tables_state *state, struct tables **out);
void tables_free(struct tables *tables);

/* How many entries of a map are in use. */
uint32_t tables_entries(const struct tables *tables, enum plan_map map);

/* 0, or a negative errno that ends tables_diff() with the same value. */
typedef int (*tables_emit_fn)(void *arg, const struct tables_op *op);

/*
 * Emits what turns "from" into "to", make before break; see diff.c.
 * from NULL: maps as created, which nothing looks into yet.  After an error it
 * may be repeated, with the same two, and goes on with what was refused; what
 * emit took must not be lost.  A new row of a HASH that emit refuses for want
 * of room (refused_is_room()) is no error: it goes from "to" into to->refused,
 * and "to" is what the maps hold.
 */
int tables_diff(const struct tables *from, struct tables *to,
		tables_emit_fn emit, void *arg);

/*
 * Where nothing but weights and who serves has changed, and that in one service
 * only: its slots are written in place, and t is what the maps hold, after an
 * error as well; then it is to be repeated.  No other tables may share the
 * ring.
 */
int tables_reweigh(struct tables *t, size_t service,
		   const struct tables_state *state, tables_emit_fn emit,
		   void *arg);

#endif
