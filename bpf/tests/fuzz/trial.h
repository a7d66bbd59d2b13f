/* SPDX-License-Identifier: GPL-2.0-only */
/* A frame in a world, run by all engines and judged by the reference. */
#ifndef TRIAL_H
#define TRIAL_H

#include "bpf/tests/harness.h"
#include "world.h"
#include "world_pool.h"

struct trial {
	struct world world;
	/* What every engine should have counted so far. */
	struct engine_counters totals[ENGINES_MAX];
	struct fragments fragments[ENGINES_MAX];
	/* How often each reason came up, on any engine. */
	unsigned long seen[LB_COUNT_END];
};

/* New tables in all engines that can; returns 0 or a negative errno. */
int trial_open(struct trial *t);
void trial_close(void);

/*
 * True if verdict, bytes and counters of every engine are the reference's; in
 * a sound frame that goes out the checksums must be right as well.  Prints
 * what differs.  Frames that an engine cannot run are left out there.
 */
bool trial_run(struct trial *t, const uint8_t *frame, size_t length,
	       bool sound);

/* A random frame for what is open. */
size_t trial_frame(uint8_t *frame, bool sound);

#endif
