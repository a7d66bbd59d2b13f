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

#define MATRIX_MAX 1024

/* All that the targets of one object can be. */
struct targets {
	const char *object;
	struct target *one, *thousand, *everything;
};

/* In nanoseconds per packet; the bounce is the slower of the two. */
struct reading {
	double net, bounce;
};

/* What is measured, and what came out. */
struct measurement {
	const char *group, *name, *object;
	struct target *target;
	bool timed;
	enum lb_balance balance;
	enum lb_forward forward;
	int action; /* wanted */
	uint32_t flows, vips;
	uint16_t length;
	uint8_t frame[FRAME_MAX];
	struct reading *readings; /* one of each round */
	struct trace trace;
	int traced; /* 0 or negative errno */
};

struct matrix {
	bool quick;	    /* only the most important */
	const char *wanted; /* in the name; NULL: all */
	uint32_t rounds;
	struct measurement list[MATRIX_MAX];
	size_t n;
};

/* Appends what is measured of an object; ends the program if it cannot. */
void matrix_add(struct matrix *matrix, const struct targets *targets);
void matrix_free(struct matrix *matrix);

#endif
