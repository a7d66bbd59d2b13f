/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asks backends whether they serve: any number of checks on one event loop,
 * each known by an index that the caller chose.  No thread, no blocking, no
 * name look-up; at most one probe of a check runs at a time.
 */
#ifndef HEALTH_H
#define HEALTH_H

#include <systemd/sd-event.h>

#include "health/check.h"
#include "health/lack.h"

#define HEALTH_INDEX_MAX  65535
#define HEALTH_REASON_MAX 128

struct health;

/* A change of state.  reason is valid during the call only. */
struct health_result {
	bool up;
	const char *reason;  /* "no answer within 500 ms", ... */
	uint64_t lasted_ms;  /* the old state did */
	uint64_t latency_ns; /* of the last good answer; 0: none yet */
};

/*
 * changed() runs from the loop, and from health_neighbour_lost().  It may add
 * and remove checks, also its own, but not close.
 * unasked() (or NULL), from the loop as well: for want of something on this
 * host, the backend could not be asked n times in a row; once, when n is
 * HEALTH_UNASKED x fall.
 */
struct health_handler {
	void (*changed)(void *arg, uint32_t index,
			const struct health_result *result);
	void (*unasked)(void *arg, uint32_t index, unsigned int n,
			const char *reason);
	void *arg;
};

struct health_status {
	bool up;
	uint64_t since_ms;		/* CLOCK_MONOTONIC */
	char reason[HEALTH_REASON_MAX]; /* of the last probe; empty: none yet */
	uint64_t latency_ns; /* of the last good answer; 0: none yet */
	unsigned int successes, failures; /* in a row */
	uint64_t checks, failed;	  /* in all */
	uint64_t skipped; /* not asked for want of ours: fds, ... */
};

/*
 * interface: probes leave and answers come there only, or NULL: as routes say.
 * It is opened by name with each probe.  0 or negative errno; event is kept.
 */
int health_open(struct health **out, sd_event *event, const char *interface,
		const struct health_handler *handler);
void health_close(struct health *health); /* NULL is fine */

/*
 * check is copied.  Up is what it counts as until probes say otherwise.  0; or,
 * with a sentence for the user in why: -EINVAL for a check that cannot be, as
 * health_check_complete() says; -EEXIST; -EPERM where this process may not send
 * ICMP; another negative errno.
 */
int health_add(struct health *health, uint32_t index,
	       const struct model_health *check, bool up, char *why,
	       size_t why_size);

/* Nothing more is heard of it.  An unknown index is fine. */
void health_remove(struct health *health, uint32_t index);

/* Probes of all checks that were skipped for want of this, since the start. */
uint64_t health_skipped(const struct health *health, enum health_lack lack);

/* 0, or -ENOENT. */
int health_status(const struct health *health, uint32_t index,
		  struct health_status *out);

/* Of that, only what was counted since it was added. */
struct health_counts {
	uint64_t checks, failed, skipped;
};
int health_counts(const struct health *health, uint32_t index,
		  struct health_counts *out);

/*
 * The kernel cannot reach the backend: it is down at once, before this returns,
 * and up again after `rise` good answers.  An unknown index is fine.
 */
void health_neighbour_lost(struct health *health, uint32_t index);

#endif
