/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When a backend is asked, and what follows from the answers.  Pure: the clock
 * is the caller's, in microseconds.
 */
#ifndef HEALTH_TRACK_H
#define HEALTH_TRACK_H

#include "health/check.h"

enum health_verdict {
	HEALTH_GOOD,
	HEALTH_BAD,
	HEALTH_SKIPPED, /* we could not ask; says nothing */
};

enum health_todo {
	HEALTH_WAIT,
	HEALTH_BEGIN,	/* ask, and say health_track_begin() */
	HEALTH_GIVE_UP, /* no answer came in time */
};

struct health_track {
	unsigned int rise, fall;
	uint64_t timeout_us;
	uint64_t usual_us; /* from probe to probe ... */
	uint64_t doubt_us; /* ... after a failure, while up */
	bool up, running;
	bool postponed;		/* the next one, as the loop was late */
	uint64_t since_us;	/* up, or down */
	uint64_t due_us;	/* of the running or next probe */
	uint64_t deadline_us;	/* of the running one */
	unsigned int good, bad; /* in a row; one of them is 0 */
	unsigned int unasked;	/* skipped in a row */
	bool unasked_fails;	/* if that is for too long */
	uint64_t total, failed, skipped; /* probes that ended */
};

/*
 * check: after health_check_complete().  The index chooses when, within an
 * interval from now on, the first probe is due; all others follow from that.
 */
void health_track_start(struct health_track *track,
			const struct model_health *check, uint32_t index,
			bool up, uint64_t now_us);

/*
 * What is to be done now, and when to look again if nothing is.  A loop that
 * was away does not find all checks due at once: those whose next time is
 * nearer wait for it.
 */
enum health_todo health_track_todo(struct health_track *track, uint64_t now_us);
uint64_t health_track_next_us(const struct health_track *track);

/* So many skipped in a row are too many not to care. */
unsigned int health_track_unasked_max(const struct health_track *track);

/* A probe begins.  It has to end: with a verdict or with giving up, bad. */
void health_track_begin(struct health_track *track, uint64_t now_us);

/*
 * Both return whether the state changed, and if so how long the old one lasted.
 * Lost: down at once, whatever is known, and good answers count from now on; a
 * running probe is forgotten.
 */
bool health_track_end(struct health_track *track, enum health_verdict verdict,
		      uint64_t now_us, uint64_t *lasted_us);
bool health_track_lost(struct health_track *track, uint64_t now_us,
		       uint64_t *lasted_us);

#endif
