/* SPDX-License-Identifier: GPL-2.0-only */
/* From an instance's counters to a snapshot, with rates over a second. */
#ifndef GATHER_H
#define GATHER_H

#include "metrics/carry.h"
#include "metrics/snapshot.h"
#include "watch/backends.h"
#include "instance/instance.h"

struct gather;

/*
 * in must outlive it, or gather_move(), and be attached.  before (or NULL):
 * what was counted earlier.  0 or -ENOMEM.
 */
int gather_open(struct gather **out, struct instance *in,
		const struct carry *before);
void gather_close(struct gather *gather);

/*
 * Another instance takes the place of the one so far, which must be settled:
 * its counters go on there, by service and backend.  Prepare it while nothing
 * is attached yet: 0, or -ENOMEM and nothing changed.
 */
int gather_prepare(struct gather *gather, const struct instance *next);
void gather_move(struct gather *gather, struct instance *next);

/* Before health checks follow to the next instance, and that before the move.
 */
void gather_leave_health(struct gather *gather);

/* Who knows of the backends' health; it outlives the gathering. */
void gather_health(struct gather *gather, const struct control_health *health);

/* How long the loop's turns take; it outlives the gathering. */
void gather_turns(struct gather *gather, const struct turns *turns);

/* After instance_follow(): the same instance with another model. */
void gather_follow(struct gather *gather);

/* When health checks have followed to it, or to the next instance. */
void gather_follow_health(struct gather *gather);

/*
 * Around instance_move(), whose from is the same: what can fail comes before it
 * (0 or -ENOMEM, nothing changed), and nothing is read in between.
 */
int gather_prepare_move(struct gather *gather, const struct model *model,
			const uint32_t *from);
void gather_follow_move(struct gather *gather);

/*
 * What backends that are gone counted until their last packet was done is in
 * the sums; to be called some time after they went, and before their places in
 * the maps are others'.  Whether there was anything: then gather_carry() is to
 * be saved.
 */
bool gather_settle(struct gather *gather);

/*
 * Once a second: rates and latencies are those between two ticks.  Where there
 * are many counters it only begins: see gather_is_busy().  Whether it settled
 * anything.
 */
bool gather_tick(struct gather *gather);
bool gather_is_busy(const struct gather *gather);

/* Reads on for some ten microseconds; whether there is more. */
bool gather_step(struct gather *gather);

/*
 * Begins to gather everything as of now, for a page that gather_snapshot() then
 * has: -EAGAIN while it is not read; 0; or another negative errno (logged).
 * Rates and latency are those of the last tick.  Of backends that come and go
 * later, what is there then is true: see snapshot.generation.
 */
uint64_t gather_page(struct gather *gather);
int gather_snapshot(struct gather *gather, uint64_t page,
		    const struct snapshot **out);

/* The same one, as it has become meanwhile; nothing is read. */
const struct snapshot *gather_current(const struct gather *gather);

/*
 * Without what is asked of link and NIC, and without the state of each backend;
 * the counters as of now, or of the last second where they are many.
 */
const struct snapshot *gather_last(struct gather *gather);

/* What is asked of link and NIC only. */
const struct snapshot *gather_link(struct gather *gather);

/* n backends, from this index on, as of now.  Valid until the next call. */
const struct snapshot_backend *gather_backends(struct gather *gather,
					       uint32_t first, uint32_t n);

/* What the snapshots tell of the daemon itself; to be counted in. */
struct snapshot_events *gather_events(struct gather *gather);

/* What was counted before the maps in use. */
const struct carry *gather_carry(const struct gather *gather);

#endif
