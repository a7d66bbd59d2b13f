/* SPDX-License-Identifier: GPL-2.0-only */
/* The names, labels and meanings of everything on /metrics. */
#ifndef METRICS_H
#define METRICS_H

#include "metrics/snapshot.h"

/* *text is the caller's to free().  0 or -ENOMEM. */
int metrics_render(const struct snapshot *snapshot, char **text,
		   size_t *length);

#endif
