/* SPDX-License-Identifier: GPL-2.0-only */
/* The configuration file, read again: all of it comes in force, or nothing. */
#include "control/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/breathe.h"
#include "config/config.h"
#include "model/copy.h"
#include "base/fds.h"
#include "base/log.h"

/* All go to the log, where warnings went at the start as well. */
static void log_messages(const struct config_errors *errors)
{
	for (size_t i = 0; i < config_errors_count(errors); i++) {
		if (config_errors_is_warning(errors, i))
			log_warn("%s", config_errors_text(errors, i));
		else
			log_error("%s", config_errors_text(errors, i));
	}
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
		 struct config_errors *errors)
{
	const char *key = needs_restart(c->model, model);
	char why[CONTROL_WHY_SIZE] = "";
	int err;

	if (key) {
		config_errors_add(errors, 0, "",
				  "%s changed, which needs a restart; nothing "
				  "of the file was applied",
				  key);
		model_free(model);
		return -EOPNOTSUPP;
	}
	control_drain_again(c, model);
	err = control_apply(c, model, list, why, sizeof(why));
	if (err)
		config_errors_add(errors, 0, "", "%s", why);
	return err;
}

struct reading {
	const char *path;
	struct model *model;
	struct config_errors *errors;
};

static int load(void *arg)
{
	struct reading *r = arg;

	return config_load(r->path, &r->model, &r->errors);
}

/* Whatever it was, the request to read this file was wrong. */
static int load_and_apply(struct control *c, json_t *list,
			  struct config_errors **errors)
{
	struct reading r = { .path = c->path };
	int err;

	breathe_begin();
	err = breathe_during(load, &r);
	breathe_end();
	*errors = r.errors;
	log_messages(*errors);
	if (err)
		return err != -ENOMEM ? -EINVAL : err;
	return apply(c, r.model, list, *errors);
}

static const char *first_mistake(const struct config_errors *errors, int err)
{
	for (size_t i = 0; i < config_errors_count(errors); i++)
		if (!config_errors_is_warning(errors, i))
			return config_errors_text(errors, i);
	return strerror(-err);
}

int control_reload(struct control *c, json_t **changes,
		   struct config_errors **errors)
{
	json_t *list = json_array();
	int err;

	fds_lend();
	err = load_and_apply(c, list, errors);
	fds_keep();
	if (err) {
		gather_events(c->gather)->reload_errors++;
		log_error("Reload failed, the configuration in force stays: %s",
			  first_mistake(*errors, err));
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
