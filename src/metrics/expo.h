/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Prometheus text exposition format, version 0.0.4: only the format.  Labels
 * given to expo_begin() stand in every sample.  A lack of memory is remembered
 * and told by expo_take(), so that nothing in between needs a check.
 */
#ifndef EXPO_H
#define EXPO_H

#include <stddef.h>
#include <stdint.h>

struct expo;

struct expo_label {
	const char *name, *value;
};

enum expo_type { EXPO_GAUGE, EXPO_COUNTER, EXPO_HISTOGRAM };

/* *out writes into a buffer of its own.  common (n of them) must stay valid
 * until expo_free().  0 or -ENOMEM. */
int expo_begin(struct expo **out, const struct expo_label *common, size_t n);

/*
 * The samples that follow belong to this family.  # HELP and # TYPE come with
 * its first sample; without any, nothing of it is written.  The strings must
 * stay valid until the next family or expo_free().
 */
void expo_family(struct expo *expo, const char *name, enum expo_type type,
		 const char *help);

/*
 * One sample of the current family; labels in any order, their names differ
 * from each other and from the common ones.  Values may hold any bytes.
 */
void expo_sample(struct expo *expo, double value,
		 const struct expo_label *labels, size_t n);
void expo_sample_u64(struct expo *expo, uint64_t value,
		     const struct expo_label *labels, size_t n);

/* The current family's only series: n + 1 counts, each of what was up to its
 * bound and above the one before, and at last of what was above all; the sum of
 * what was counted. */
void expo_histogram(struct expo *expo, const double *bounds,
		    const uint64_t *counts, size_t n, double sum);

/* What was written since the last time, until the next call of anything here.
 * 0; or -ENOMEM, now or at any time before. */
int expo_take(struct expo *expo, const char **text, size_t *length);
void expo_free(struct expo *expo); /* NULL is fine */

#endif
