/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long the event loop's turns take: for so long a probe that is due, or
 * whatever else, waits for what has its turn.
 */
#ifndef METRICS_TURNS_H
#define METRICS_TURNS_H

#include <stdint.h>
#include <systemd/sd-event.h>

#define TURNS_BOUNDS	  13
#define TURNS_PERIOD_USEC 60000000ULL

extern const double turns_bounds[TURNS_BOUNDS]; /* seconds, ascending */

struct turns {
	uint64_t counts[TURNS_BOUNDS + 1]; /* up to each bound; longer */
	double seconds;			   /* of all together */
	/* Of this period, and of the one before: who asks every minute misses
	 * none. */
	double worst, worst_before;
	uint64_t period_end_usec;
};

/* All zero begins.  now: CLOCK_MONOTONIC. */
void turns_add(struct turns *turns, uint64_t usec, uint64_t now_usec);

/* Of the last one to two minutes, in seconds. */
double turns_worst(const struct turns *turns);

/* Each turn of this loop is added, as long as the loop is there, and so must
 * turns be.  0 or negative errno. */
int turns_watch(struct turns *turns, sd_event *event);

#endif
