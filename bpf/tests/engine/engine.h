/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What executes the program on one packet: the kernel's test run, or the card's
 * machine code in an emulator.  All run the same cases.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include "bpf/tests/fixture.h"
#include "bpf/tests/packet.h"

struct engine_outcome {
	int action; /* XDP_PASS, ... */
	size_t length;
	uint8_t frame[PACKET_LENGTH_MAX];
};

struct engine_counters {
	struct lb_counter reasons[LB_COUNT_END];
	struct lb_counter backends[FIXTURE_BACKENDS_MAX];
};

struct engine {
	const char *option; /* its name on the command line */
	const char *name;
	size_t length_min; /* of a frame that it can run */
	bool whole;	   /* it cannot leave features out of the program */
	uint32_t lacks;	   /* features that its program never had */
	/* Loads the program and these tables; every counter is zero then. */
	int (*open)(struct engine *e, const struct fixture *f);
	int (*run)(struct engine *e, const uint8_t *frame, size_t length,
		   struct engine_outcome *out);
	/* Reads what open() sized; the rest of *out stays as it is. */
	int (*counters)(struct engine *e, struct engine_counters *out);
	/* Reads the flows that are remembered, in any order. */
	int (*flows)(struct engine *e,
		     struct fixture_flow flows[FIXTURE_FLOWS_MAX], size_t *n);
	/* Sets every counter to this value. */
	int (*preset)(struct engine *e, const struct lb_counter *value);
	/* What it remembers of fragments is so much older; NULL: it cannot. */
	int (*wait)(struct engine *e, unsigned int seconds);
	/* Why run() failed, where there is more to say; may be NULL. */
	void (*explain)(struct engine *e, char *text, size_t size);
	/* The latency histogram, summed over CPUs; NULL where there is none. */
	int (*latency)(struct engine *e, struct lb_latency *out);
	/* It may keep what is dear to load; open() starts anew all the same. */
	void (*close)(struct engine *e);
};

/* All that the tests run on, once chosen; ends with NULL. */
#define ENGINES_MAX 8
extern struct engine *engines[ENGINES_MAX + 1];

/* The object file to run; to be set before anything is chosen or opened. */
extern const char *engine_object;

/* The engine can run the program without what these tables leave out. */
bool engine_can_open(const struct engine *e, const struct fixture *f);

/* The features that the program of this file lacks: ".../udplb_nat4.bpf.o". */
uint32_t engine_lacks(const char *path);

/*
 * Chooses the engines whose options are in the list, or all; it may be NULL
 * and is cut at its commas.  An engine that cannot run is left out, with a line
 * that says why, or is an error (-ENOENT) if it was asked for.
 */
int engine_choose(char *options);

/* Each family, ending with NULL. */
extern struct engine *const engine_kernel[];
extern struct engine *const engine_card[];
extern struct engine *const engine_wire[]; /* only if asked for */

/* 0, or a negative errno and why the card's engine cannot run, as text. */
int engine_card_available(char *why, size_t size);

#endif
