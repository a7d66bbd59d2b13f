/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What executes the program on one packet.  Here it is the kernel's test run;
 * whoever emulates a card fills in the same four operations and runs the same
 * cases.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include "fixture.h"
#include "packet.h"

struct engine_outcome {
	int action; /* XDP_PASS, ... */
	size_t length;
	uint8_t frame[PACKET_LENGTH_MAX];
};

struct engine_counters {
	struct lb_counter reasons[LB_REASON_COUNT];
	struct lb_counter backends[FIXTURE_BACKENDS_MAX];
};

struct engine {
	const char *name;
	size_t length_min; /* of a frame that it can run */
	/* Loads the program and these tables; every counter is zero then. */
	int (*open)(struct engine *e, const struct fixture *f);
	int (*run)(struct engine *e, const uint8_t *frame, size_t length,
		   struct engine_outcome *out);
	/* Reads what open() sized; the rest of *out stays as it is. */
	int (*counters)(struct engine *e, struct engine_counters *out);
	/* The latency histogram, summed over CPUs; NULL where there is none. */
	int (*latency)(struct engine *e, struct lb_latency *out);
	void (*close)(struct engine *e);
};

/* All that the tests run on; ends with NULL. */
extern struct engine *const engines[];

/* The object file to run; to be set before anything is opened. */
extern const char *engine_object;

#endif
