/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The model in force, the instance that runs it, and how one follows the other.
 * For the daemon, which drives it, and for control*.c; others use control.h.
 *
 * A change is never made where packets look: what keeps the shape of the tables
 * (weights, drain) is written as a difference, anything else gets maps and a
 * program of its own, which take the place of the old ones at once.
 */
#ifndef CONTROL_CORE_H
#define CONTROL_CORE_H

#include "config/errors.h"
#include "control/control.h"
#include "control/lock.h"
#include "control/saved.h"
#include "metrics/gather.h"
#include "instance/instance.h"

/* What the daemon does when things change hands. */
struct control_hooks {
	/* Before attaching: in->tell_too_big and the like. */
	void (*opened)(void *arg, struct instance *in);
	/* Another instance runs; the old one is freed after that. */
	void (*moved)(void *arg);
	/* The same instance runs another model. */
	void (*followed)(void *arg);
	void *arg;
};

struct control {
	const char *path; /* of the configuration */
	struct control_hooks hooks;
	struct model *model; /* in force, with who is leaving */
	struct model *next;  /* without, when they are; NULL: nobody */
	double next_after;   /* of the monotonic clock */
	struct instance *in;
	struct gather *gather;
	struct control_lock *lock;
	struct control_names drained; /* by a command, not by the file */
	enum xdp_state program;	      /* as seen last */
	double repair_after;	      /* of the monotonic clock */
	bool unsaved;		      /* control_save() did not succeed */
	double save_after;	      /* of the monotonic clock */
};

/*
 * Attaches, in the place of what a udplb that is gone has left, or (replace)
 * of one that still runs.  0 and *out; or negative errno, logged, and nothing
 * of this one is attached.
 */
int control_open(struct control **out, const struct model *model,
		 const char *path, bool replace,
		 const struct control_hooks *hooks);

/* Detaches, unless the model says to persist.  NULL is fine. */
void control_close(struct control *control);

/* When netlink has news; once a second. */
void control_netlink(struct control *control);
void control_tick(struct control *control);

/*
 * Brings a model in force and owns it from then on, whatever comes.  0, or
 * negative errno with why and everything as before.
 */
int control_apply(struct control *control, struct model *model, char *why,
		  size_t why_size);

/* What was asked for last: with it changes begin, and comparing. */
const struct model *control_model(const struct control *control);

/*
 * *out: "to", and with it who is in "from" only and should have time to leave;
 * NULL where that is nobody, or cannot be.  0 or -ENOMEM.
 */
int control_linger(const struct model *from, const struct model *to,
		   struct model **out);

/*
 * The model as if it came from a file, with every rule that holds there.  0; or
 * negative errno with the mistakes in *errors, and *model is freed and NULL.
 */
int control_check(struct model **model, struct config_errors **errors);

/* The model in a new instance, which takes the place of the one so far. */
int control_swap(struct control *control, struct model *model, char *why,
		 size_t why_size);

/* Drains in the model whom commands have; forgets who is no more. */
void control_drain_again(struct control *control, struct model *model);
void control_drain_prune(struct control *control);

/* For the next udplb.  Logs once what goes wrong; control_tick() repeats it. */
void control_save(struct control *control);
/* Nothing is attached any more; who is drained is still worth knowing. */
void control_save_nothing(struct control *control);

/* After an attempt that failed. */
#define CONTROL_REPAIR_SECONDS 10

/* After news of the link; once a second, whatever came. */
void control_look_link(struct control *control);
void control_look(struct control *control);

/* "SERVICE ADDRESS:PORT", as in struct control_names; free() it. */
char *control_full_name(const struct model_service *service,
			const struct model_backend *backend);

/* Logs what differs, and appends it to a list unless that is NULL. */
int control_tell_changes(const struct model *from, const struct model *to,
			 json_t *list);

#endif
