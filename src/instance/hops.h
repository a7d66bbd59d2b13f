/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The next hop of every backend, and the gateways for replies: found by route,
 * resolved by the kernel's neighbour table, verified all the time, followed.
 *
 * Where a route has several next hops, one that lives is used, and the same as
 * long as it does.  A router that stops answering keeps its last MAC address as
 * long as nothing could take its place: a gateway always, one towards backends
 * while no other backend of the service can be reached.  A backend that does
 * not answer itself is out.
 */
#ifndef HOPS_H
#define HOPS_H

#include "instance/neighbours.h"
#include "net/nl.h"
#include "tables/plan.h"
#include "tables/tables.h"

/* Numbers of neighbours, in the order of the route; n = 0: no route. */
struct hops_route {
	uint32_t *at;
	uint32_t n;
};

struct hops {
	const struct plan *plan;
	struct nl *nl;
	uint32_t n;		/* plan->sizes.backends */
	struct tables_hop *hop; /* by backend index; 0 unused */
	/* Looked for where the replies of the family are translated. */
	struct tables_hop gateway[PLAN_FAMILIES];
	/* Of n backends, then gateways: */
	struct addr *via;	  /* in use; unset: no route, fixed MAC */
	bool *kept;		  /* its last MAC is, though it is silent */
	struct hops_route *route; /* from which it is chosen */
	struct neighbours neighbours;
	uint32_t next_probe;
	bool news;	  /* what hops_settle() chooses from has changed */
	uint64_t settled; /* how often it has chosen */
	bool changed;	  /* a hop or gateway; owner clears it */
	/* Negative errno: of some routes the kernel could not be asked. */
	int unanswered;
};

/*
 * plan and nl must outlive it.  previous (or NULL): what was followed until now
 * on the same interface, whose MACs are taken over; from (or NULL): by backend,
 * its number there, or 0: its route is as it was, and not asked for.  0;
 * -ENOMEM; or, where there is a previous one, another negative errno if the
 * kernel cannot be asked for a route.  Logs what has no route.
 */
int hops_open(struct hops *hops, const struct plan *plan, struct nl *nl,
	      const struct hops *previous, const uint32_t *from);
void hops_close(struct hops *hops);

/*
 * Of another plan, in which backend i is from[i] of the one so far, or new (0)
 * and asked for.  0; or -ENOMEM, and nothing has changed.
 */
int hops_follow(struct hops *hops, const struct plan *plan,
		const uint32_t *from);

/* Asks for all routes again, and for the neighbours of new next hops. */
void hops_resolve(struct hops *hops);

/* What the kernel learned of a neighbour; mac NULL: it does not answer. */
void hops_neighbour(struct hops *hops, const struct addr *addr,
		    const uint8_t *mac);

/*
 * Chooses among what is known now.  serves: by backend, whether it may get
 * packets, as far as others know; NULL: all may.
 */
void hops_settle(struct hops *hops, const bool *serves);

/*
 * To be called once a second: makes the kernel verify every neighbour, at most
 * HOPS_PROBES_PER_SECOND of them each time.
 */
#define HOPS_PROBES_PER_SECOND 200
void hops_probe(struct hops *hops);

/* Is every MAC known that can be? */
bool hops_complete(const struct hops *hops);

/* Of a family: is there a gateway, and does it answer? */
bool hops_gateway_answers(const struct hops *hops, size_t family);

#endif
