/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which flows are idle.  The program counts packets and has no clock; so what
 * was counted is compared between passes over its map, and of each flow it is
 * kept since when the count is what it is.  Pure.
 *
 * That takes 16 bytes for each of at most twice as many flows as there are: a
 * hash stands for a flow.  Of two that share one, each ends the other's idle
 * time, so both stay too long; nothing else comes of it.
 */
#ifndef FLOWS_H
#define FLOWS_H

#include "tables/plan.h"

struct flows;

/* 0 (flows_free() it) or -ENOMEM. */
int flows_new(struct flows **out);
void flows_free(struct flows *flows);

/*
 * A pass over the map of this plan; what was seen in earlier ones counts on.  A
 * pass that did not end is forgotten.  0; or -ENOMEM, then there is none.
 */
int flows_begin(struct flows *flows, const struct plan *plan);

enum flows_verdict {
	FLOWS_IN_USE,
	FLOWS_IDLE,	 /* for as long as its service says */
	FLOWS_OF_NOBODY, /* of none that is configured */
};

/*
 * An entry of the map, at this time in milliseconds that may wrap.  What is not
 * in use is not counted, nor remembered: it is to be deleted.
 */
enum flows_verdict flows_see(struct flows *flows, const struct lb_flow *key,
			     const struct lb_flow_state *state,
			     uint32_t now_ms);

/* The pass is over: what was seen is what there is. */
void flows_end(struct flows *flows);

/* As the last pass that ended has found it; by backend of its plan, or all. */
uint32_t flows_of_backend(const struct flows *flows, uint32_t backend);
uint32_t flows_total(const struct flows *flows);

/* How long a pass may take, from one begin to the next. */
uint32_t flows_period_ms(const struct plan *plan);

#endif
