/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One health check per backend of the instance in force, and what follows from
 * it: who does not serve gets no packets.  Checks outlive the instance; what is
 * known of a backend stays with its service and its address.
 */
#ifndef WATCH_BACKENDS_H
#define WATCH_BACKENDS_H

#include <systemd/sd-event.h>

#include "health/health.h"
#include "instance/instance.h"

/* What is known from asking a backend. */
struct backend_health {
	enum health_type type; /* none: it is not asked */
	bool up;
	double since_seconds;	/* ... or not, for so long */
	double latency_seconds; /* of the last good answer; 0: none */
	uint64_t checks, failed;
	uint64_t skipped;		/* for want of something on this host */
	char reason[HEALTH_REASON_MAX]; /* of the last check */
};

struct control_health;

/* Nothing is checked yet.  0 or negative errno; event is kept. */
int control_health_open(struct control_health **out, sd_event *event);
void control_health_close(struct control_health *health); /* NULL is fine */

/*
 * from, here and below: by backend index, what it was so far; 0: it is new;
 * NULL: all are.
 *
 * Tells an instance that is to take over who serves: as known; and who is new
 * serves until checks say otherwise, except where others do so already: then it
 * has no part in the ring until it has been up once.
 */
void control_health_prepare(struct control_health *health, struct instance *in,
			    const uint32_t *from);

/*
 * From now on for the backends of this instance; *in outlives it, or the next
 * call.  A check that is as it was goes on, with all that it counted.  What
 * cannot be checked is logged, and serves.  0; or -ENOMEM, and nothing is.
 */
int control_health_follow(struct control_health *health, struct instance *in,
			  const uint32_t *from);

/*
 * Where the instance is due, its tables are written soon; and then it is looked
 * who lost his neighbour.
 */
void control_health_update(struct control_health *health);

/* After the tables were written: who lost his neighbour is down at once. */
void control_health_neighbours(struct control_health *health);

/* Of the backend with this index; type is HEALTH_NONE where it has no check. */
void control_health_status(const struct control_health *health, uint32_t index,
			   struct backend_health *out);

/* The same, only what was counted; nothing where it has no check. */
void control_health_counts(const struct control_health *health, uint32_t index,
			   struct health_counts *out);

/* Checks that were skipped for want of this on the host, of all backends. */
uint64_t control_health_skipped(const struct control_health *health,
				enum health_lack lack);

#endif
