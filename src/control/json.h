/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts that several answers have. */
#ifndef CONTROL_JSON_H
#define CONTROL_JSON_H

#include <jansson.h>

#include "metrics/snapshot.h"

/* Sets packets, bytes, packets_per_second and bytes_per_second. */
void control_json_count(json_t *object, const struct lb_counter *count,
			const struct snapshot_rate *rate);

#endif
