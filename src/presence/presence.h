/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How others find the VIPs: announced to the neighbours of the interface, and
 * held as addresses of this host, as far as the model wants that.
 *
 * Times are milliseconds of CLOCK_MONOTONIC.
 */
#ifndef PRESENCE_H
#define PRESENCE_H

#include "model/model.h"

struct presence;

/* Never. */
#define PRESENCE_NEVER UINT64_MAX

/*
 * Assigns and, at the first presence_run(), announces.  What the kernel refuses
 * is logged, once, and no error.  model must outlive it.  previous (or NULL):
 * what it holds and is still wanted is taken over from it, without a moment in
 * between; it is to be closed then.  0 and *out, which is NULL where the model
 * wants nothing of this; or negative errno.
 */
int presence_open(struct presence **out, const struct model *model, int ifindex,
		  struct presence *previous, uint64_t now_ms);

/* Hosts around are being asked for VIPs, which are then assigned. */
bool presence_is_asking(const struct presence *presence);

/* Takes away the addresses that were assigned, and no others.  NULL is fine. */
void presence_close(struct presence *presence);

/* Readable when presence_dispatch() has work. */
int presence_fd(const struct presence *presence);
void presence_dispatch(struct presence *presence, uint64_t now_ms);

/* When presence_run() has work; PRESENCE_NEVER until something happens. */
uint64_t presence_due(const struct presence *presence);
void presence_run(struct presence *presence, uint64_t now_ms);

#endif
