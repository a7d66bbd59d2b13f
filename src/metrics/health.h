/* SPDX-License-Identifier: GPL-2.0-only */
/* The udplb_backend_health_* families: of backends that are asked. */
#ifndef METRICS_HEALTH_H
#define METRICS_HEALTH_H

#include "metrics/expo.h"
#include "metrics/snapshot.h"

void metrics_health_write(struct expo *expo, const struct snapshot *snapshot);

#endif
