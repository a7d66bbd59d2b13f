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
		c->next_after = monotime_now() + CONTROL_REPAIR_SECONDS;
		return;
	}
	c->next = NULL;
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
