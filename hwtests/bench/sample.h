/* SPDX-License-Identifier: GPL-2.0-only */
/* Repeated measurements: what is in the middle, and how far they spread. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stddef.h>

struct sample {
	double *values;
	size_t n, room;
};

/* 0 or -ENOMEM. */
int sample_add(struct sample *sample, double value);

/* The value below which a share (0 ... 1) of them lie; sorts them. */
double sample_quantile(struct sample *sample, double share);
void sample_free(struct sample *sample);

#endif
