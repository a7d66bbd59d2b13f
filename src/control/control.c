/* SPDX-License-Identifier: GPL-2.0-only */
#include "control/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/changes.h"
#include "config/print.h"
#include "model/copy.h"
#include "model/match.h"
#include "base/breathe.h"
#include "base/fds.h"
#include "base/log.h"
#include "base/monotime.h"

/*
 * For the answers of a backend that was taken out; and so long at most, where
 * others follow it all the time.
 */
#define LINGER_SECONDS	   5
#define LINGER_SECONDS_MAX 20

static void take_model(struct control *c, struct model *model,
		       const uint32_t *from)
{
	struct model *old = c->model;

	c->model = model;
	c->changes++;
	c->hooks.followed(c->hooks.arg, from);
	/* What is refused is in control_tables(), and repeated every tick. */
	instance_update(c->in);
	model_free(old);
}

/* Whose places in the maps they get may still count, or be known as others'. */
static void make_room(struct control *c, const uint32_t *from, size_t n)
{
	size_t i = 1;

	while (i <= n && from[i])
		i++;
	if (i > n)
		return;
	xdp_settle();
	c->save_due |= gather_settle(c->gather);
	if (c->save_due)
		control_save(c);
}

/* Of the same services; nothing has changed where it fails. */
static int move(struct control *c, struct model *model, const uint32_t *from)
{
	int err;

	make_room(c, from, model_backends(model));
	err = gather_prepare_move(c->gather, model, from);
	if (!err)
		err = instance_move(c->in, model, from);
	if (err)
		return err;
	gather_follow_move(c->gather);
	take_model(c, model, from);
	c->save_due = true;
	c->save_after = 0;
	return 0;
}

/* But for those who come and go. */
static bool are_same(const struct model *from, const struct model *to,
		     const uint32_t *number)
{
	const struct model_backend **old =
		calloc(model_backends(from) + 1, sizeof(*old));
	bool same = old;
	size_t n = 1;

	for (size_t i = 0; same && i < from->n_services; i++)
		for (size_t k = 0; k < from->services[i].n_backends; k++)
			old[n++] = &from->services[i].backends[k];
	n = 1;
	for (size_t i = 0; same && i < to->n_services; i++)
		for (size_t k = 0; k < to->services[i].n_backends; k++, n++)
			same &= !number[n] ||
				config_changes_same_backend(
					old[number[n]],
					&to->services[i].backends[k]);
	free(old);
	return same;
}

/* -ENOSPC: it takes another instance. */
static int follow(struct control *c, struct model *model)
{
	const bool same = config_changes_none_of_shape(c->model, model);
	uint32_t *from;
	int err = 0;

	if (!config_changes_same_services(c->model, model))
		return -ENOSPC;
	from = control_match(c, model);
	if (from && same) {
		instance_follow(c->in, model);
		gather_follow(c->gather);
		take_model(c, model, from);
	} else {
		err = from && are_same(c->model, model, from)
			      ? move(c, model, from)
			      : -ENOSPC;
	}
	free(from);
	return err;
}

bool control_can_follow(const struct control *c)
{
	return !c->in->gone && c->in->attached;
}

int control_bring_in_force(struct control *c, struct model *model, char *why,
			   size_t why_size)
{
	if (control_can_follow(c) && !follow(c, model))
		return 0;
	return control_swap(c, model, why, why_size);
}

void control_leave_later(struct control *c)
{
	const double now = monotime_now();

	if (c->leave_after <= 0)
		c->leave_before = now + LINGER_SECONDS_MAX;
	c->leave_after = now + LINGER_SECONDS;
	if (c->leave_after > c->leave_before)
		c->leave_after = c->leave_before;
}

void control_tell_change(void *list, const char *sentence)
{
	json_array_append_new(list, json_string(sentence));
}

void control_log_changes(const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		log_info("Changed: %s",
			 json_string_value(json_array_get(list, i)));
}

struct comparison {
	const struct model *from;
	struct model *to;
	json_t *changes;
	size_t leaving;
};

static int compare(void *arg)
{
	struct comparison *c = arg;
	int err =
		config_changes(c->from, c->to, control_tell_change, c->changes);

	return err ? err : control_linger(c->from, c->to, &c->leaving);
}

static int compare_models(const struct model *from, struct model *to,
			  json_t *changes, size_t *leaving)
{
	struct comparison c = { from, to, changes, 0 };
	int err;

	breathe_begin();
	err = breathe_during(compare, &c);
	breathe_end();
	*leaving = c.leaving;
	return err;
}

int control_apply(struct control *c, struct model *model, json_t *changes,
		  char *why, size_t why_size)
{
	size_t leaving;
	int err = compare_models(c->model, model, changes, &leaving);

	if (err)
		snprintf(why, why_size, "%s", strerror(-err));
	else
		err = control_bring_in_force(c, model, why, why_size);
	if (err) {
		model_free(model);
		return err;
	}
	if (leaving)
		control_leave_later(c);
	else
		c->leave_after = 0;
	control_drain_prune(c);
	gather_events(c->gather)->changed_at = monotime_wall();
	control_log_changes(changes);
	return 0;
}

struct model *control_asked(const struct control *c)
{
	struct model *model = model_copy(c->model);

	if (model && c->leave_after > 0)
		control_forget_leaving(model);
	return model;
}

/* Those that were taken out have had their time. */
static void let_go(struct control *c)
{
	struct model *model = control_asked(c);
	char why[CONTROL_WHY_SIZE] = "no memory";

	if (!model || control_bring_in_force(c, model, why, sizeof(why))) {
		model_free(model);
		log_error("%s: backends that were taken out cannot leave: %s; "
			  "will be repeated",
			  c->in->name, why);
		c->leave_after = monotime_now() + CONTROL_REPAIR_SECONDS;
		return;
	}
	c->leave_after = 0;
	log_info("%s: the backends that were taken out have left", c->in->name);
}

void control_netlink(struct control *c)
{
	fds_lend();
	instance_netlink(c->in);
	control_look_link(c);
	fds_keep();
}

void control_tick(struct control *c)
{
	fds_lend();
	c->save_due |= control_lock_look(c->lock);
	control_look(c);
	if (c->leave_after > 0 && !c->in->gone &&
	    monotime_now() >= c->leave_after)
		let_go(c);
	c->save_due |= c->in->news != c->news;
	if (c->save_due && monotime_now() >= c->save_after)
		control_save(c);
	instance_tick(c->in);
	c->save_due |= gather_tick(c->gather);
	fds_keep();
}

char *control_config(struct control *c, bool open)
{
	struct model *model = control_asked(c);
	char *text = NULL;

	for (size_t i = 0; open && model && i < model->n_services; i++)
		model_health_hide(&model->services[i].health);
	if (model && config_print(model, &text))
		text = NULL;
	model_free(model);
	return text;
}
