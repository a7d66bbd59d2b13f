/* SPDX-License-Identifier: GPL-2.0-only */
/* From an instance's counters to a snapshot, with rates over a second. */
#ifndef GATHER_H
#define GATHER_H

#include "instance.h"

struct gather;

/* in must outlive it and be attached.  0 or -ENOMEM. */
int gather_open(struct gather **out, struct instance *in);
void gather_close(struct gather *gather);

/* Once a second: rates and latencies are those between two ticks. */
void gather_tick(struct gather *gather);

/*
 * Everything as of now; rates and latency of the last tick.  Valid until the
 * next call.  NULL where the counters cannot be read (logged).
 */
const struct snapshot *gather_snapshot(struct gather *gather);

#endif
