/* SPDX-License-Identifier: GPL-2.0-only */
#include "control/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instance/attach.h"
#include "config/config.h"
#include "config/changes.h"
#include "model/copy.h"
#include "config/print.h"
#include "base/log.h"
#include "base/monotime.h"

/* After an attempt that failed. */
#define REPAIR_SECONDS 10
/* For the answers of a backend that was taken out. */
#define LINGER_SECONDS 5

/* Everything that can fail; nothing is taken over yet. */
static int open_next(struct control *c, const struct model *model,
		     struct instance *in)
{
	int err = instance_open(in, model, c->in);

	if (err)
		return err;
	c->hooks.opened(c->hooks.arg, in);
	err = gather_prepare(c->gather, in);
	return err ? err : attach_instance(in);
}

static void hand_over(struct control *c, struct model *model,
		      struct instance *in)
{
	struct instance *old_in = c->in;
	struct model *old_model = c->model;

	xdp_settle();
	gather_move(c->gather, in);
	c->in = in;
	c->model = model;
	c->program = XDP_RUNS;
	c->hooks.moved(c->hooks.arg);
	instance_leave(old_in);
	free(old_in);
	if (old_model != model)
		model_free(old_model);
	control_save(c);
}

int control_swap(struct control *c, struct model *model, char *why,
		 size_t why_size)
{
	struct instance *in = calloc(1, sizeof(*in));
	int err = in ? open_next(c, model, in) : -ENOMEM;

	if (!err) {
		hand_over(c, model, in);
		return 0;
	}
	snprintf(why, why_size, "%s",
		 in && *in->why ? in->why : strerror(-err));
	if (in)
		instance_leave(in);
	free(in);
	return err;
}

static int follow(struct control *c, struct model *model)
{
	struct model *old = c->model;

	c->model = model;
	/* What is refused is in control_tables(), and repeated every tick. */
	instance_follow(c->in, model);
	gather_follow(c->gather);
	c->hooks.followed(c->hooks.arg);
	model_free(old);
	return 0;
}

static int bring_in_force(struct control *c, struct model *model, char *why,
			  size_t why_size)
{
	int err = config_changes_none_of_shape(c->model, model);

	if (err < 0)
		snprintf(why, why_size, "%s", strerror(-err));
	else if (err > 0 && !c->in->gone && c->in->attached)
		err = follow(c, model);
	else
		err = control_swap(c, model, why, why_size);
	return err;
}

int control_apply(struct control *c, struct model *model, char *why,
		  size_t why_size)
{
	struct model *with_leaving = NULL;
	int err = control_linger(c->model, model, &with_leaving);

	if (err)
		snprintf(why, why_size, "%s", strerror(-err));
	else
		err = bring_in_force(c, with_leaving ? with_leaving : model,
				     why, why_size);
	if (err) {
		model_free(with_leaving);
		model_free(model);
		return err;
	}
	model_free(c->next);
	c->next = with_leaving ? model : NULL;
	c->next_after = monotime_now() + LINGER_SECONDS;
	control_drain_prune(c);
	gather_events(c->gather)->changed_at = monotime_wall();
	return 0;
}

const struct model *control_model(const struct control *c)
{
	return c->next ? c->next : c->model;
}

/* Those that were taken out have had their time. */
static void let_go(struct control *c)
{
	struct model *next = c->next;
	char why[CONTROL_WHY_SIZE];

	if (bring_in_force(c, next, why, sizeof(why))) {
		log_error("%s: backends that were taken out cannot leave: %s; "
			  "will be repeated",
			  c->in->name, why);
		c->next_after = monotime_now() + REPAIR_SECONDS;
		return;
	}
	c->next = NULL;
	log_info("%s: the backends that were taken out have left", c->in->name);
}

static void repair(struct control *c)
{
	char why[CONTROL_WHY_SIZE];

	if (monotime_now() < c->repair_after)
		return;
	c->repair_after = monotime_now() + REPAIR_SECONDS;
	if (control_swap(c, c->model, why, sizeof(why))) {
		log_error("%s: attaching again: %s; will be repeated",
			  c->in->name, why);
		return;
	}
	c->repair_after = 0;
	gather_events(c->gather)->repairs++;
	log_info("%s: attached again (program id %u)", c->in->name,
		 c->in->info.prog_id);
}

/* Answers to this host itself are told from those to clients by address. */
static void follow_own(struct control *c)
{
	char why[CONTROL_WHY_SIZE];

	if (monotime_now() < c->repair_after)
		return;
	c->repair_after = monotime_now() + REPAIR_SECONDS;
	if (control_swap(c, c->model, why, sizeof(why))) {
		log_error("%s: new tables for the addresses of this host: %s; "
			  "will be repeated",
			  c->in->name, why);
		return;
	}
	c->repair_after = 0;
	log_info("%s: the tables follow the addresses of this host",
		 c->in->name);
}

static void tell_taken(const struct control *c, const char *name, uint32_t id)
{
	if (xdp_of_udplb(c->in->link.ifindex) == id)
		log_warn("%s: another udplb has taken over (program id %u); "
			 "this one has nothing to do any more",
			 c->in->name, id);
	else
		log_error("%s: another XDP program took the place of ours: "
			  "'%s', id %u; nothing is balanced until that one "
			  "is gone",
			  c->in->name, name, id);
}

/* Is our program where it belongs?  Says so once, and mends what it can. */
static void look(struct control *c)
{
	char name[64] = "";
	uint32_t id = 0;
	enum xdp_state was = c->program;

	c->program = xdp_look(c->in->xdp, &id, name, sizeof(name));
	c->in->attached = c->program == XDP_RUNS;
	if (c->program != was)
		c->repair_after = 0;
	if (c->program != was && c->program == XDP_MISSING)
		log_warn("%s: our XDP program (id %u) was detached, not by us",
			 c->in->name, c->in->info.prog_id);
	if (c->program != was && c->program == XDP_TAKEN)
		tell_taken(c, name, id);
	if (c->program == XDP_MISSING && c->in->link.up)
		repair(c);
}

void control_netlink(struct control *c)
{
	instance_netlink(c->in);
	if (!c->in->link_changed)
		return;
	c->in->link_changed = false;
	if (!c->in->gone)
		look(c);
}

void control_tick(struct control *c)
{
	control_lock_retry(c->lock);
	if (!c->in->gone)
		look(c);
	else if (instance_can_open(c->model))
		repair(c);
	if (c->in->own_changed && !c->in->gone)
		follow_own(c);
	if (c->next && !c->in->gone && monotime_now() >= c->next_after)
		let_go(c);
	if (c->unsaved && monotime_now() >= c->save_after)
		control_save(c);
	instance_tick(c->in);
	gather_tick(c->gather);
}

char *control_config(struct control *c)
{
	char *text;

	return config_print(control_model(c), &text) ? NULL : text;
}

static void tell_change(void *arg, const char *sentence)
{
	json_t *list = arg;

	log_info("Changed: %s", sentence);
	if (list)
		json_array_append_new(list, json_string(sentence));
}

int control_tell_changes(const struct model *from, const struct model *to,
			 json_t *list)
{
	return config_changes(from, to, tell_change, list);
}
