/* SPDX-License-Identifier: GPL-2.0-only */
/* The udplb_* families of what we do ourselves; metrics.c has the contract's.
 */
#ifndef METRICS_UDPLB_H
#define METRICS_UDPLB_H

#include "metrics/expo.h"
#include "metrics/snapshot.h"

void metrics_udplb_write(struct expo *expo, const struct snapshot *snapshot);
void metrics_udplb_write_tables(struct expo *expo,
				const struct snapshot *snapshot);

#endif
