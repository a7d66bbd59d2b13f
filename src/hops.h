/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The next hop of every backend, and the gateway for replies: found by route,
 * resolved by the kernel's neighbour table, verified all the time, followed.
 */
#ifndef HOPS_H
#define HOPS_H

#include "nl.h"
#include "plan.h"
#include "tables.h"

/* The gateway has the index that no backend ever has. */
#define HOPS_GATEWAY 0

struct hops {
	const struct plan *plan;
	struct nl *nl;
	uint32_t n;			/* plan->sizes.backends */
	bool needs_gateway;		/* some service translates replies */
	struct addr *via;		/* by index; unset: none, or fixed MAC */
	struct tables_hop *hop;		/* by index */
	uint32_t next_probe;
	bool changed;			/* a hop did; the owner clears it */
};

/* plan and nl must outlive it.  0 or -ENOMEM; logs what has no route. */
int hops_open(struct hops *hops, const struct plan *plan, struct nl *nl);
void hops_close(struct hops *hops);

/* Asks for all routes again, and for the neighbours of new next hops. */
void hops_resolve(struct hops *hops);

/* What the kernel learned of a neighbour; mac NULL: it does not answer. */
void hops_neighbour(struct hops *hops, const struct addr *addr,
		    const uint8_t *mac);

/*
 * To be called once a second: makes the kernel verify every neighbour, at most
 * HOPS_PROBES_PER_SECOND of them each time.
 */
#define HOPS_PROBES_PER_SECOND 200
void hops_probe(struct hops *hops);

/* Is every MAC known that can be? */
bool hops_complete(const struct hops *hops);

#endif
