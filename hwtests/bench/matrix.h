/* SPDX-License-Identifier: GPL-2.0-only */
/* All that is measured of a program, packet by packet. */
#ifndef MATRIX_H
#define MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "target.h"
#include "trace.h"

#define MATRIX_MAX	   1024
#define MATRIX_TARGETS_MAX 128

/* In nanoseconds per packet; the bounce is the slower of the two. */
struct reading {
	double net, bounce;
};

/* A program that several measurements share. */
struct matrix_target {
	const char *object; /* NULL: the daemon's choice */
	struct target_shape shape;
	struct target *target;
};

/* What is measured, and what came out. */
struct measurement {
	const char *group, *name;
	const struct matrix_target *of;
	bool timed;
	int action; /* wanted */
	uint32_t flows, vips;
	uint16_t length, restore, grown; /* see traffic.h */
	uint8_t frame[FRAME_MAX];
	struct reading *readings; /* one of each round */
	struct trace trace;
	int traced; /* 0 or negative errno */
};

struct matrix {
	bool quick;	    /* only the most important */
	const char *wanted; /* in the name; NULL: all */
	uint32_t rounds;
	struct matrix_target targets[MATRIX_TARGETS_MAX];
	size_t n_targets;
	struct measurement list[MATRIX_MAX];
	size_t n;
};

/*
 * Appends what is measured of an object, or of the daemon's own (NULL), and
 * loads the programs for it.  0 or negative errno, with the reason on standard
 * error; ends the program where there is no memory.
 */
int matrix_add(struct matrix *matrix, const char *object);
void matrix_free(struct matrix *matrix);

#endif
