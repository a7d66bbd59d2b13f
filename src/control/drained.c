/* SPDX-License-Identifier: GPL-2.0-only */
/* Who is drained by a command, which no file says. */
#include "control/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool control_names_has(const struct control_names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->name[i], name))
			return true;
	return false;
}

int control_names_push(struct control_names *names, const char *name)
{
	char **more;

	more = realloc(names->name, (names->n + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	names->name = more;
	more[names->n] = strdup(name);
	if (!more[names->n])
		return -ENOMEM;
	names->n++;
	return 0;
}

int control_names_add(struct control_names *names, const char *name)
{
	return control_names_has(names, name) ? 0
					      : control_names_push(names, name);
}

void control_names_remove(struct control_names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++) {
		if (strcmp(names->name[i], name) != 0)
			continue;
		free(names->name[i]);
		names->name[i] = names->name[--names->n];
		return;
	}
}

void control_names_free(struct control_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct control_names){ .n = 0 };
}

typedef void (*name_fn)(struct control *c, struct model_backend *backend,
			const char *name, void *arg);

static void for_each(struct control *c, const struct model *model, name_fn fn,
		     void *arg)
{
	for (size_t i = 0; i < model->n_services; i++) {
		struct model_service *service = &model->services[i];

		for (size_t k = 0; k < service->n_backends; k++) {
			char *name =
				model_full_name(service, &service->backends[k]);

			if (name)
				fn(c, &service->backends[k], name, arg);
			free(name);
		}
	}
}

static void drain_again(struct control *c, struct model_backend *backend,
			const char *name, void *arg)
{
	(void)arg;
	if (control_names_has(&c->drained, name))
		backend->drain = true;
}

void control_drain_again(struct control *c, struct model *model)
{
	if (c->drained.n)
		for_each(c, model, drain_again, NULL);
}

static void keep_name(struct control *c, struct model_backend *backend,
		      const char *name, void *arg)
{
	(void)backend;
	if (control_names_has(&c->drained, name))
		control_names_add(arg, name);
}

void control_drain_prune(struct control *c)
{
	struct control_names kept = { .n = 0 };

	if (!c->drained.n)
		return;
	for_each(c, c->model, keep_name, &kept);
	control_names_free(&c->drained);
	c->drained = kept;
}
