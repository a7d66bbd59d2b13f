/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long the event loop was away: in a callback that took its time, or not
 * woken when it asked to be (a busy machine, SIGSTOP).  What a probe lost by
 * that is no fault of its backend.  Pure; the clock is the caller's.
 */
#ifndef HEALTH_AWAY_H
#define HEALTH_AWAY_H

#include <stdint.h>

#define HEALTH_AWAY_MIN_US 5000 /* less is no delay, but its work */

struct health_away {
	uint64_t asleep_us; /* the loop waits since then; 0: never did */
	uint64_t due_us;    /* ... and until then at most */
	uint64_t awake_us;  /* and is back since then; 0: not yet */
	uint64_t total_us;  /* in all */
};

/* Before each wait, and after it; waking twice is fine. */
void health_away_sleep(struct health_away *away, uint64_t now_us,
		       uint64_t due_us);
void health_away_wake(struct health_away *away, uint64_t now_us);

#endif
