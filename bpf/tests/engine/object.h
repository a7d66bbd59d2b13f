/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The object in the host's kernel.  To verify the program takes longer than a
 * hundred tests with it, so it stays loaded while nothing but the tables
 * changes: these are emptied and filled again.
 */
#ifndef ENGINE_OBJECT_H
#define ENGINE_OBJECT_H

#include "bpf/tests/fixture.h"

struct bpf_object;
struct engine_entry;

struct engine_object {
	const char *program; /* LB_PROGRAM or LB_PROGRAM_TIMED */
	bool per_cpu;	     /* the counter maps */
	bool timed;	     /* with the histogram */
	/* Zero before the first open. */
	struct bpf_object *object;
	int program_fd;
	uint32_t without;
	uint32_t beyond;	      /* backends that only the map has */
	struct engine_entry *entries; /* in the maps */
	size_t n_entries, room;
};

/*
 * Makes it hold these tables and nothing else, but for the counters, which stay
 * as they are.  An index beyond the backends is one beyond the map, which is
 * larger.  Returns 0 or a negative errno; nothing is loaded then.
 */
int engine_object_open(struct engine_object *o, const struct fixture *f);

/* Of a loaded object. */
int engine_object_map(const struct engine_object *o, const char *name);

#endif
