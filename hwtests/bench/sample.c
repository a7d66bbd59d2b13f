/* SPDX-License-Identifier: GPL-2.0-only */
#include "sample.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

int sample_add(struct sample *sample, double value)
{
	size_t room = sample->room ? 2 * sample->room : 16;
	double *values;

	if (sample->n == sample->room) {
		values = reallocarray(sample->values, room, sizeof(*values));
		if (!values)
			return -ENOMEM;
		sample->values = values;
		sample->room = room;
	}
	sample->values[sample->n++] = value;
	return 0;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double sample_quantile(struct sample *sample, double share)
{
	double place = share * (double)(sample->n - 1);
	size_t below = (size_t)place;

	if (!sample->n)
		return NAN;
	qsort(sample->values, sample->n, sizeof(double), compare);
	if (below + 1 >= sample->n)
		return sample->values[sample->n - 1];
	return sample->values[below] +
	       (place - (double)below) *
		       (sample->values[below + 1] - sample->values[below]);
}

void sample_free(struct sample *sample)
{
	free(sample->values);
	*sample = (struct sample){ 0 };
}
