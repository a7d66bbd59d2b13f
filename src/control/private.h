/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The model in force, the instance that runs it, and how one follows the other.
 * For the daemon, which drives it, and for control*.c; others use control.h.
 *
 * What other backends of the same services come to is written as a difference,
 * in place; anything else gets maps and a program of its own, which take the
 * place of the old ones at once.
 */
#ifndef CONTROL_CORE_H
#define CONTROL_CORE_H

#include "yaml/errors.h"
#include "control/control.h"
#include "control/lock.h"
#include "control/saved.h"
#include "metrics/gather.h"
#include "instance/instance.h"

/* What the daemon does when things change hands; from: as in model_match(). */
struct control_hooks {
	/* Before attaching: in->tell_too_big and the like. */
	void (*opened)(void *arg, struct instance *in, const uint32_t *from);
	/* Another instance runs; the old one is freed after that. */
	void (*moved)(void *arg, const uint32_t *from);
	/* The same instance runs another model; its tables are written after.
	 */
	void (*followed)(void *arg, const uint32_t *from);
	/* Another udplb balances on the interface now. */
	void (*replaced)(void *arg);
	void *arg;
};

struct control {
	const char *path; /* of the configuration */
	struct control_hooks hooks;
	struct model *model; /* in force, with who is leaving */
	double leave_after;  /* when they go, monotonic; 0: nobody */
	double leave_before; /* the latest that this may become */
	struct instance *in;
	struct gather *gather;
	struct control_lock *lock;
	uint64_t changes;	      /* of who is there, since the start */
	struct control_names drained; /* by a command, not by the file */
	struct control_names fresh;   /* not up yet, as saved last */
	uint64_t news;		      /* in->news then */
	enum xdp_state program;	      /* as seen last */
	bool unanswered;	      /* the kernel did not tell: said so */
	bool replaced;		      /* by another udplb: said so */
	bool running;		      /* control_run() */
	double repair_after;	      /* of the monotonic clock */
	bool save_due;		      /* control_tick() calls control_save() */
	bool unsaved;		      /* which did not succeed: said so */
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

/*
 * All that belongs to a start has succeeded.  Before that, control_close()
 * leaves a program attached that has taken another one's place: packets go on.
 */
void control_run(struct control *control);

/* No older udplb runs on the interface any more, as far as a lock can tell. */
bool control_is_alone(struct control *control);

/*
 * Detaches, unless the model says to persist.  NULL is fine.  0; or negative
 * errno, logged, where our program may still be attached.
 */
int control_close(struct control *control);

/* When netlink has news; once a second. */
void control_netlink(struct control *control);
void control_tick(struct control *control);

/*
 * Brings a model in force and owns it from then on, whatever comes; who is
 * taken out by it may stay for a while.  changes gets what differs, as
 * sentences, which are logged.  0, or negative errno with why and everything as
 * before.
 */
int control_apply(struct control *control, struct model *model, json_t *changes,
		  char *why, size_t why_size);

/* The same of a model that has been told of, and has who leaves in it. */
int control_bring_in_force(struct control *control, struct model *model,
			   char *why, size_t why_size);

/* The program runs, and its tables can be written. */
bool control_can_follow(const struct control *control);

/* What was asked for last: a copy without who is leaving. */
struct model *control_asked(const struct control *control);

/* After a change: for so long they stay; who leaves not is known no more. */
void control_leave_later(struct control *control);

/*
 * Adds to "to" who is in "from" only and should have time to leave; *n of them.
 * 0, or -ENOMEM and "to" is to be freed.
 */
int control_linger(const struct model *from, struct model *to, size_t *n);
void control_forget_leaving(struct model *model);

/*
 * The model as if it came from a file, with every rule that holds there.  0; or
 * negative errno with the mistakes in *errors, and *model is freed and NULL.
 */
int control_check(struct model **model, struct config_errors **errors);

/* model_match() with the model in force; free() it.  NULL without memory. */
uint32_t *control_match(const struct control *control,
			const struct model *model);

/* The model in a new instance, which takes the place of the one so far. */
int control_swap(struct control *control, struct model *model, char *why,
		 size_t why_size);

/* Drains in the model whom commands have; forgets who is no more. */
void control_drain_again(struct control *control, struct model *model);
void control_drain_prune(struct control *control);

/* Who has not been up yet: as it is now; and again, by what was saved (sorts).
 */
void control_new_note(struct control *control);
void control_new_again(struct control *control, struct control_names *fresh);

/* For the next udplb.  Logs once what goes wrong; control_tick() repeats it. */
void control_save(struct control *control);
/* Nothing is attached any more; who is drained or new is worth knowing. */
void control_save_nothing(struct control *control);

/* After an attempt that failed. */
#define CONTROL_REPAIR_SECONDS 10

/* After news of the link; once a second, whatever came. */
void control_look_link(struct control *control);
void control_look_attached(struct control *control); /* says nothing */
void control_look(struct control *control);

/* A config_change_fn: appends to a list of JSON, which arg is. */
void control_tell_change(void *list, const char *sentence);
/* When they are in force. */
void control_log_changes(const json_t *list);

#endif
