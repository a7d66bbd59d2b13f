/* SPDX-License-Identifier: GPL-2.0-only */
/* The names, labels and meanings of what is on /metrics but for the services
 * and their backends, before and behind those. */
#ifndef METRICS_H
#define METRICS_H

#include "metrics/expo.h"
#include "metrics/snapshot.h"

void metrics_write_first(struct expo *expo, const struct snapshot *snapshot);

/* 0 or -ENOMEM. */
int metrics_write_last(struct expo *expo, const struct snapshot *snapshot);

#endif
