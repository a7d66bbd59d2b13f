/* SPDX-License-Identifier: GPL-2.0-only */
/* The configuration file, read again: all of it comes in force, or nothing. */
#include "control/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "model/copy.h"
#include "base/log.h"

/* Mistakes go to the caller; warnings to the log, where they went at start. */
static void tell_messages(const struct config_errors *errors, char *why,
			  size_t why_size)
{
	size_t used = 0;

	for (size_t i = 0; i < config_errors_count(errors); i++) {
		const char *text = config_errors_text(errors, i);

		if (config_errors_is_warning(errors, i)) {
			log_warn("%s", text);
			continue;
		}
		log_error("%s", text);
		if (used < why_size)
			used += (size_t)snprintf(why + used, why_size - used,
						 "%s%s", used ? "\n" : "",
						 text);
	}
}

static int load(const struct control *c, struct model **out, char *why,
		size_t why_size)
{
	struct config_errors *errors = NULL;
	int err = config_load(c->path, out, &errors);

	if (err)
		snprintf(why, why_size, "%s: %s", c->path, strerror(-err));
	tell_messages(errors, why, why_size);
	config_errors_free(errors);
	/* Whatever it was, the request to read this file was wrong. */
	return err && err != -ENOMEM ? -EINVAL : err;
}

static bool differ(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) != 0 : a || b;
}

/* What a process has once; NULL: nothing of it changes. */
static const char *needs_restart(const struct model *from,
				 const struct model *to)
{
	if (strcmp(from->interface, to->interface) != 0)
		return "interface";
	if (from->mode != to->mode)
		return "mode";
	if (from->metrics_port != to->metrics_port ||
	    addr_compare(&from->metrics_address, &to->metrics_address) != 0)
		return "metrics.listen";
	if (differ(from->admin_socket, to->admin_socket))
		return "admin.socket";
	return NULL;
}

static int apply(struct control *c, struct model *model, json_t *list,
		 char *why, size_t why_size)
{
	const char *key = needs_restart(control_model(c), model);
	struct model *before;
	int err;

	if (key) {
		snprintf(why, why_size,
			 "%s: %s changed, which needs a restart; nothing of "
			 "the file was applied",
			 c->path, key);
		model_free(model);
		return -EOPNOTSUPP;
	}
	control_drain_again(c, model);
	before = model_copy(control_model(c));
	err = control_apply(c, model, why, why_size);
	if (!err && before)
		control_tell_changes(before, control_model(c), list);
	model_free(before);
	return err;
}

int control_reload(struct control *c, json_t **changes, char *why,
		   size_t why_size)
{
	json_t *list = json_array();
	struct model *model = NULL;
	int err;

	*why = '\0';
	err = load(c, &model, why, why_size);
	if (!err)
		err = apply(c, model, list, why, why_size);
	if (err) {
		gather_events(c->gather)->reload_errors++;
		log_error("Reload failed, the configuration in force stays: %s",
			  why);
	} else {
		gather_events(c->gather)->reloads++;
		log_info("Reloaded %s: %zu changes", c->path,
			 json_array_size(list));
	}
	if (changes && !err)
		*changes = list;
	else
		json_decref(list);
	return err;
}
