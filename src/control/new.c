/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who was added to a checked service and has not been up yet is not in its
 * ring: that is history, which no file says, and the next udplb has to know.
 */
#include "control/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/breathe.h"

static char *name_of(const struct control *c, uint32_t index)
{
	return model_full_name(plan_service_of(c->in->plan, index)->config,
			       plan_backend_of(c->in->plan, index));
}

void control_new_note(struct control *c)
{
	control_names_free(&c->fresh);
	c->news = c->in->news;
	if (!c->in->held)
		return;
	for (uint32_t i = 1; i < c->in->plan->sizes.backends; i++) {
		char *name = instance_is_new(c->in, i) ? name_of(c, i) : NULL;

		if (name)
			control_names_push(&c->fresh, name);
		free(name);
		breathe();
	}
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_in(const struct control *c, const struct control_names *fresh,
		  uint32_t index)
{
	char *name = name_of(c, index);
	const bool is = name && bsearch(&name, fresh->name, fresh->n,
					sizeof(*fresh->name), compare);

	free(name);
	return is;
}

/* Where nobody else serves, all do until checks say otherwise. */
static void hold(struct control *c, const struct plan_service *service,
		 const struct control_names *fresh)
{
	const size_t n = service->config->n_backends;
	bool *new = calloc(n, sizeof(*new)), others = false;

	for (size_t k = 0; new &&k < n; k++) {
		new[k] = is_in(c, fresh, service->first_backend + (uint32_t)k);
		others |= !new[k] && !service->config->backends[k].drain;
	}
	for (size_t k = 0; new &&others &&k < n; k++)
		if (new[k])
			instance_set_new(c->in,
					 service->first_backend + (uint32_t)k);
	free(new);
}

void control_new_again(struct control *c, struct control_names *fresh)
{
	const struct plan *plan = c->in->plan;

	if (!fresh->n)
		return;
	qsort(fresh->name, fresh->n, sizeof(*fresh->name), compare);
	for (size_t i = 0; i < plan->n_services; i++)
		if (plan->services[i].config->health.type != HEALTH_NONE)
			hold(c, &plan->services[i], fresh);
}
