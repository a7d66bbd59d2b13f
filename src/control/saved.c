/* SPDX-License-Identifier: GPL-2.0-only */
#include "control/counted.h"
#include "control/private.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/breathe.h"
#include "base/log.h"
#include "base/monotime.h"

/* After an attempt that failed. */
#define SAVE_SECONDS 5

/* [["NAME", PLACE], ...] */
static int list_from_json(json_t *json, uint32_t max, struct places_name **out,
			  size_t *n)
{
	const char *name;
	int at;

	*out = calloc(json_array_size(json) + 1, sizeof(**out));
	if (!*out)
		return -ENOMEM;
	for (size_t i = 0; i < json_array_size(json); i++) {
		if (json_unpack(json_array_get(json, i), "[si]", &name, &at) ||
		    at < 1 || (uint32_t)at > max)
			return -EINVAL;
		(*out)[i] = (struct places_name){ strdup(name), (uint32_t)at };
		if (!(*out)[i].name)
			return -ENOMEM;
		++*n;
	}
	return 0;
}

static int places_from_json(json_t *json, struct places *out)
{
	json_t *backends, *services;
	int err;

	if (json_unpack(json, "{soso}", "backends", &backends, "services",
			&services))
		return -EINVAL;
	err = list_from_json(backends, PLACES_BACKEND_MAX, &out->backends,
			     &out->n_backends);
	return err ? err
		   : list_from_json(services, PLACES_SERVICE_MAX,
				    &out->services, &out->n_services);
}

static int names_from_json(json_t *list, struct control_names *out)
{
	int err = 0;

	for (size_t i = 0; !err && i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));

		err = name ? control_names_push(out, name) : -EINVAL;
	}
	return err;
}

static int from_json(json_t *json, struct control_saved *out)
{
	json_t *carry, *places, *drained;
	int format, abi, prog_id, err;

	if (json_unpack(json, "{sisi}", "format", &format, "abi", &abi))
		return -EINVAL;
	if (format != CONTROL_SAVED_FORMAT || abi != LB_ABI_VERSION)
		return -EPROTO;
	if (json_unpack(json, "{siso}", "program", &prog_id, "drained",
			&drained))
		return -EINVAL;
	out->prog_id = (uint32_t)prog_id;
	err = names_from_json(drained, &out->drained);
	if (!err)
		err = names_from_json(json_object_get(json, "new"),
				      &out->fresh);
	carry = json_object_get(json, "counted");
	if (!err && carry)
		err = counted_from_json(carry, &out->carry);
	places = json_object_get(json, "places");
	if (!err && places)
		err = places_from_json(places, &out->places);
	return err;
}

int control_saved_read(const char *path, struct control_saved *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	json_error_t error;
	json_t *json;
	int err;

	memset(out, 0, sizeof(*out));
	if (fd < 0)
		return -errno;
	errno = 0;
	json = json_loadfd(fd, 0, &error);
	err = json ? from_json(json, out) : -EINVAL;
	if (!json && errno == ENOMEM)
		err = -ENOMEM;
	json_decref(json);
	close(fd);
	if (err)
		control_saved_free(out);
	return err;
}

void control_saved_free(struct control_saved *saved)
{
	carry_free(&saved->carry);
	places_free(&saved->places);
	control_names_free(&saved->drained);
	control_names_free(&saved->fresh);
	saved->prog_id = 0;
}

void control_save(struct control *c)
{
	const char *path = control_lock_state_path(c->lock);
	struct places places = { .n_backends = 0 };
	int err;

	/* What another one runs now is its business. */
	if (!path || !c->in->attached)
		return;
	c->save_after = monotime_now() + SAVE_SECONDS;
	breathe_begin();
	control_new_note(c);
	err = places_of(c->in->plan, &places);
	if (!err)
		err = control_saved_write(path, c->in->info.prog_id,
					  gather_carry(c->gather), &places,
					  &c->drained, &c->fresh);
	places_free(&places);
	breathe_end();
	if (err) {
		if (!c->unsaved)
			log_warn("%s: cannot be written: %s; after a restart, "
				 "counters would start anew; will be repeated",
				 path, strerror(-err));
		c->unsaved = c->save_due = true;
		return;
	}
	if (c->unsaved)
		log_info("%s: written again", path);
	c->unsaved = c->save_due = false;
}

void control_save_nothing(struct control *c)
{
	const char *path = control_lock_state_path(c->lock);

	if (!path)
		return;
	if (c->drained.n || c->fresh.n)
		control_saved_write(path, 0, NULL, NULL, &c->drained,
				    &c->fresh);
	else
		unlink(path);
}
