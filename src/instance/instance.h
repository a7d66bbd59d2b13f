/* SPDX-License-Identifier: GPL-2.0-only */
/* Everything that belongs to one interface that we balance on. */
#ifndef INSTANCE_H
#define INSTANCE_H

#include "instance/hops.h"
#include "xdp/maps.h"
#include "instance/own.h"
#include "tables/places.h"
#include "instance/attempt.h"
#include "xdp/xdp.h"

#define INSTANCE_WHY_SIZE ATTACH_REASON_SIZE

/* Why a backend is to get nothing, whatever its neighbour says; a set. */
enum {
	INSTANCE_DRAINED = 1,
	INSTANCE_UNHEALTHY = 2,
	INSTANCE_UNANSWERED = 4, /* no room to translate its answers */
	INSTANCE_NEW = 8, /* unhealthy, and has never been anything else */
};

/*
 * Others read; only the room instance/ writes (scripts/check-layers), so that
 * who changes what is a list of functions, below.
 */
struct instance {
	const struct model *model;
	char name[IF_NAMESIZE]; /* of the interface, now */
	struct plan *plan;
	struct nl *nl;
	struct hops hops;
	struct own own;		      /* that the plan knows */
	struct own own_next;	      /* that it should, if own_changed */
	uint64_t total_entries;	      /* all that the card takes; 0: any */
	struct addr source4, source6; /* of tunnels, from the routes */
	bool tell_too_big;	      /* see struct tables_state */
	uint8_t *held;		      /* by backend index: INSTANCE_... */
	bool *serves;		      /* the same: nothing holds it ... */
	bool *stays;		      /* the same: it is not unhealthy ... */
	bool *waits;		      /* the same: not in the ring yet */
	bool *open;		      /* ... by service: ... or all are */
	uint32_t *flows;	      /* the same: of a sticky service */
	uint32_t n_flows;	      /* all, as counted last */
	int flows_fd, fragments_fd;   /* to go on with; 0: none (never stdin) */
	struct tables *tables;	      /* what the maps hold */
	struct tables *next;	      /* an update that failed half-way */
	struct maps *maps;
	struct xdp *xdp;
	struct xdp_info info;
	struct nl_link_state link;
	struct attach_attempt attempts[ATTACH_ATTEMPTS_MAX];
	size_t n_attempts;
	uint64_t news; /* how often INSTANCE_NEW changed */
	uint64_t writes, write_errors;
	int write_error;	     /* of the last update, negative errno */
	size_t n_refused;	     /* rows without room, as told last */
	double retry_refused;	     /* when to try them again, monotonic */
	bool unanswered;	     /* somebody may be held for it */
	bool made_room;		     /* rows have been deleted */
	double overrun_after;	     /* when to say so again, monotonic */
	bool changed;		     /* what the tables are made of, but hops */
	bool rings_changed;	     /* weights and who serves, only */
	bool *ring_changed;	     /* the same, by service */
	bool routes_changed;	     /* noted by netlink, done after */
	bool events_lost;	     /* noted by netlink, done after */
	bool sources_unknown;	     /* could not be asked; done every second */
	bool link_changed;	     /* the owner clears it */
	bool macs_due;		     /* noted by netlink, done after */
	bool many_macs;		     /* more than are compared: was said */
	bool own_due;		     /* noted by netlink: may have changed */
	bool own_changed;	     /* see instance_move_own() */
	bool gone;		     /* the interface was removed */
	bool attached;		     /* the owner clears it, if it is not */
	bool replace;		     /* an older udplb, when attaching */
	enum mode only;		     /* this mode, not the model's, if set */
	char why[INSTANCE_WHY_SIZE]; /* what went wrong last */
};

/*
 * Finds the interface, plans the tables, resolves next hops.  Logs what fails.
 * model must outlive it.  previous (or NULL): the one whose place it is to
 * take, on the same interface and in the same mode; what is known of neighbours
 * and health is taken over, so nothing is waited for.  from: by backend, its
 * number there, or 0; or NULL.  0; or negative errno, with in->why, and nothing
 * else is left behind.
 */
int instance_open(struct instance *in, const struct model *model,
		  const struct instance *previous, const uint32_t *from);

/*
 * Before attaching: goes on with the flows of this map, in which backends and
 * services have these places.  0 or -ENOMEM.
 */
int instance_keep_flows(struct instance *in, const struct places *places,
			int flows_fd);

/* The same of fragments, which know no places; negative: there is none. */
void instance_keep_fragments(struct instance *in, int fd);

/*
 * Another model that config_changes_none_of_shape() of this one: weights and
 * drain.  Comes in force with instance_update(), as all that follows.
 */
void instance_follow(struct instance *in, const struct model *model);

/*
 * Another model with the same services; from: by backend, its number in the one
 * so far, or 0.  The program and its maps stay.  0; or negative errno, as
 * -ENOSPC where they will not do, and nothing has changed.
 */
int instance_move(struct instance *in, const struct model *model,
		  const uint32_t *from);

/*
 * Once a second at most: have the addresses of this host changed?  Sets
 * in->own_changed.
 */
void instance_look_own(struct instance *in);

/*
 * The same model for the addresses that this host has now, as instance_move();
 * from: every backend's number.  Where the maps will not do (-ENOSPC), another
 * instance has to be opened.
 */
int instance_move_own(struct instance *in, const uint32_t *from);

/* How many slots a backend has, as far as that is known now. */
uint32_t instance_slots(const struct instance *in, uint32_t index);

/*
 * In the model that is in force a weight of this service has changed, or a
 * backend is drained or not.  Comes in force with instance_update().
 */
void instance_reweigh(struct instance *in, size_t service);
void instance_set_drain(struct instance *in, uint32_t index, bool drain);

/*
 * What the health checks found; comes in force with instance_update().  New: it
 * does not serve, and as long as it has not been healthy once, the ring is as
 * if it were not configured, so that each flow that is to be its own moves
 * once.
 */
void instance_set_serves(struct instance *in, uint32_t index, bool healthy);
void instance_set_new(struct instance *in, uint32_t index);
bool instance_is_new(const struct instance *in, uint32_t index);

/* Whether clients are told what does not fit; with instance_update(), too. */
void instance_set_tell_too_big(struct instance *in, bool tell);

/* instance_update() would have something to do. */
bool instance_is_due(const struct instance *in);

/* How many flows a backend of a sticky service has, and all together. */
void instance_set_flows(struct instance *in, uint32_t index, uint32_t flows);
void instance_set_all_flows(struct instance *in, uint32_t flows);

/* Before attaching: an older udplb's program may be replaced. */
void instance_set_replace(struct instance *in, bool replace);

/* What a look at the interface found: our program is still on it, or not. */
void instance_set_attached(struct instance *in, bool attached);

/* Whether the link changed since the last time this was asked. */
bool instance_link_changed(struct instance *in);

/*
 * 1 where the interface of the model is there, and up; 0 where it is not; or
 * negative errno where the kernel cannot be asked.
 */
int instance_can_open(const struct model *model);

/*
 * Brings the maps to what the state of the world asks for, if that changed.  An
 * update that failed half-way
 * is finished before another one begins: only so is it known what the maps
 * hold.  0 or negative errno, logged.
 */
int instance_update(struct instance *in);

/*
 * How many entries the maps lack, as there was no room for them; and which, as
 * in refused_text(), or NULL where that is not known now.
 */
size_t instance_n_refused(const struct instance *in);
const struct tables *instance_refused(const struct instance *in);

/* Frees the maps and with them what they held. */
void instance_forget_maps(struct instance *in);

/*
 * Reads netlink's news; instance_is_due(), in->gone, in->link_changed and
 * in->own_due tell the owner what there is to do.
 */
void instance_netlink(struct instance *in);

/*
 * Once a second: neighbours are verified, failed map writes repeated, those of
 * entries without room as well.
 */
void instance_tick(struct instance *in);

/*
 * Detaches the program, if it is still there, and frees everything.  0; or
 * negative errno, logged, where it may be attached still.
 */
int instance_close(struct instance *in);

/* Frees everything; the program stays, for others or because it is replaced. */
void instance_leave(struct instance *in);

#endif
