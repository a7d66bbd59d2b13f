/* SPDX-License-Identifier: GPL-2.0-only */
/* Everything that belongs to one interface that we balance on. */
#ifndef INSTANCE_H
#define INSTANCE_H

#include "hops.h"
#include "maps.h"
#include "snapshot.h"
#include "xdp.h"

struct instance {
	const struct model *model;
	struct plan *plan;
	struct nl *nl;
	struct hops hops;
	bool *serves;			/* by backend index */
	struct tables *tables;		/* what the maps hold */
	struct tables *next;		/* an update that failed half-way */
	struct maps *maps;
	struct xdp *xdp;
	struct xdp_info info;
	struct snapshot_link link;
	struct snapshot_attempt attempts[SNAPSHOT_ATTEMPTS_MAX];
	size_t n_attempts;
	uint64_t writes, write_errors;
	bool routes_changed;		/* noted by netlink, done after */
	bool gone;			/* the interface was removed */
	bool replace;			/* an older udplb, when attaching */
};

/*
 * Finds the interface, plans the tables, resolves next hops.  Logs what fails.
 * model must outlive it.  0 or negative errno; then nothing is left behind.
 */
int instance_open(struct instance *in, const struct model *model);

/*
 * Brings the maps to what the state of the world asks for.  An update that
 * failed half-way is finished (its writes can be repeated) before another one
 * begins: only so is it known what the maps hold.  0 or negative errno, logged.
 */
int instance_update(struct instance *in);

/* Frees the maps and with them what they held. */
void instance_forget_maps(struct instance *in);

/* Reads netlink's news and brings the maps up to date. */
int instance_netlink(struct instance *in);

/* Once a second: neighbours are verified, failed map writes repeated. */
void instance_tick(struct instance *in);

/* Detaches the program and frees everything. */
void instance_close(struct instance *in);

#endif
