/* SPDX-License-Identifier: GPL-2.0-only */
#include "control/private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/changes.h"
#include "config/print.h"
#include "model/copy.h"
#include "base/log.h"
#include "base/monotime.h"

/* For the answers of a backend that was taken out. */
#define LINGER_SECONDS 5

bool control_can_follow(const struct control *c)
{
	return !c->in->gone && c->in->attached;
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

int control_bring_in_force(struct control *c, struct model *model, char *why,
			   size_t why_size)
{
	if (control_can_follow(c) &&
	    config_changes_none_of_shape(c->model, model))
		return follow(c, model);
	return control_swap(c, model, why, why_size);
}

void control_leave_later(struct control *c)
{
	c->leave_after = monotime_now() + LINGER_SECONDS;
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

int control_apply(struct control *c, struct model *model, json_t *changes,
		  char *why, size_t why_size)
{
	size_t leaving = 0;
	int err = config_changes(c->model, model, control_tell_change, changes);

	if (!err)
		err = control_linger(c->model, model, &leaving);
	if (err)
		snprintf(why, why_size, "%s", strerror(-err));
	else
		err = control_bring_in_force(c, model, why, why_size);
	if (err) {
		model_free(model);
		return err;
	}
	c->leave_after = 0;
	if (leaving)
		control_leave_later(c);
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
	instance_netlink(c->in);
	control_look_link(c);
}

void control_tick(struct control *c)
{
	control_lock_retry(c->lock);
	control_look(c);
	if (c->leave_after > 0 && !c->in->gone &&
	    monotime_now() >= c->leave_after)
		let_go(c);
	if (c->save_due && monotime_now() >= c->save_after)
		control_save(c);
	instance_tick(c->in);
	gather_tick(c->gather);
}

char *control_config(struct control *c)
{
	struct model *model = control_asked(c);
	char *text = NULL;

	if (model && config_print(model, &text))
		text = NULL;
	model_free(model);
	return text;
}
