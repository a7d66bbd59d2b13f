/* SPDX-License-Identifier: GPL-2.0-only */
#include "tables/places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/breathe.h"

char *places_name(const struct plan *plan, uint32_t backend)
{
	return model_full_name(plan_service_of(plan, backend)->config,
			       plan_backend_of(plan, backend));
}

static int add(struct places_name *list, size_t *n, char *name, uint32_t at)
{
	if (!name)
		return -ENOMEM;
	list[(*n)++] = (struct places_name){ name, at };
	return 0;
}

int places_of(const struct plan *plan, struct places *out)
{
	int err = 0;

	memset(out, 0, sizeof(*out));
	out->backends = calloc(plan->sizes.backends, sizeof(*out->backends));
	out->services = calloc(plan->n_services, sizeof(*out->services));
	if (!out->backends || !out->services)
		err = -ENOMEM;
	for (uint32_t i = 1; !err && i < plan->sizes.backends; i++) {
		breathe();
		err = add(out->backends, &out->n_backends, places_name(plan, i),
			  plan->places[i]);
	}
	for (size_t i = 0; !err && i < plan->n_services; i++)
		if (plan->services[i].sticky)
			err = add(out->services, &out->n_services,
				  strdup(plan->services[i].config->name),
				  plan->services[i].sticky);
	if (err)
		places_free(out);
	return err;
}

static void free_names(struct places_name *list, size_t n)
{
	for (size_t i = 0; list && i < n; i++)
		free(list[i].name);
	free(list);
}

void places_free(struct places *places)
{
	free_names(places->backends, places->n_backends);
	free_names(places->services, places->n_services);
	memset(places, 0, sizeof(*places));
}

enum place { FREE = 0, HAD, GIVEN };

/* The names of before, in order, and what is with each place. */
struct known {
	const struct places_name **names;
	size_t n;
	uint8_t *places; /* enum place */
	size_t next;	 /* where to look for a free one */
};

static int compare(const void *a, const void *b)
{
	const struct places_name *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void forget(struct known *known)
{
	free(known->names);
	free(known->places);
}

/* room: how many more there may be. */
static int know(struct known *known, const struct places_name *list, size_t n,
		size_t room)
{
	size_t last = 0;

	for (size_t i = 0; i < n; i++)
		if (list[i].at > last)
			last = list[i].at;
	*known = (struct known){ .n = n, .next = 1 };
	known->names = calloc(n + 1, sizeof(*known->names));
	known->places = calloc(last + room + 2, sizeof(*known->places));
	if (!known->names || !known->places) {
		forget(known);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		known->names[i] = &list[i];
		known->places[list[i].at] = HAD;
	}
	qsort(known->names, n, sizeof(*known->names), compare);
	return 0;
}

/* Where it was, or where nobody was; never the same twice. */
static uint32_t take(struct known *known, const char *name)
{
	const struct places_name wanted = { (char *)name, 0 }, *key = &wanted;
	const struct places_name **found =
		bsearch(&key, known->names, known->n, sizeof(*found), compare);
	size_t at = found ? (*found)->at : 0;

	if (!found || known->places[at] == GIVEN) {
		while (known->places[known->next] != FREE)
			known->next++;
		at = known->next;
	}
	known->places[at] = GIVEN;
	return (uint32_t)at;
}

static int keep_backends(const struct plan *plan, struct known *known,
			 uint32_t *places)
{
	for (uint32_t i = 1; i < plan->sizes.backends; i++) {
		char *name = places_name(plan, i);

		if (!name)
			return -ENOMEM;
		places[i] = take(known, name);
		free(name);
	}
	return 0;
}

static void keep_services(struct plan *plan, struct known *known)
{
	for (size_t i = 0; i < plan->n_services; i++) {
		struct plan_service *service = &plan->services[i];

		if (service->sticky)
			service->sticky =
				(uint16_t)take(known, service->config->name);
	}
}

static void set_sizes(struct plan *plan)
{
	uint32_t last = 0;

	for (uint32_t i = 1; i < plan->sizes.backends; i++)
		if (plan->places[i] > last)
			last = plan->places[i];
	plan->sizes.places = plan->sizes.backend_stats = last + 1;
}

/* The places by backend, or NULL. */
static uint32_t *place_backends(const struct plan *plan,
				const struct places *before)
{
	struct known known;
	uint32_t *places;

	if (know(&known, before->backends, before->n_backends,
		 plan->sizes.backends))
		return NULL;
	places = calloc(plan->sizes.backends, sizeof(*places));
	if (places && keep_backends(plan, &known, places)) {
		free(places);
		places = NULL;
	}
	forget(&known);
	return places;
}

int places_keep(struct plan *plan, const struct places *before)
{
	struct known services;
	uint32_t *places;
	int err;

	if (!(plan->features & 1U << LB_FEATURE_STICKY) || !before->n_services)
		return 0;
	err = know(&services, before->services, before->n_services,
		   plan->n_services);
	if (err)
		return err;
	places = place_backends(plan, before);
	if (places) {
		keep_services(plan, &services);
		free(plan->places);
		plan->places = places;
		set_sizes(plan);
	}
	forget(&services);
	return places ? 0 : -ENOMEM;
}

/* All but who the backends are. */
static bool fits(const struct plan *plan, const struct plan *before)
{
	if (plan->n_services != before->n_services ||
	    plan->features & ~before->features)
		return false;
	for (size_t i = 0; i < PLAN_FAMILIES; i++)
		if (plan->replies[i] && !before->replies[i])
			return false;
	for (size_t i = 0; i < plan->n_services; i++)
		if (plan->services[i].ring_base !=
			    before->services[i].ring_base ||
		    plan->services[i].ring_size !=
			    before->services[i].ring_size ||
		    plan->services[i].flags != before->services[i].flags)
			return false;
	for (enum plan_map map = 0; map < PLAN_MAPS; map++)
		if (map != PLAN_BACKENDS && map != PLAN_BACKEND_STATS &&
		    plan_map_size(&plan->sizes, map) >
			    plan_map_size(&before->sizes, map))
			return false;
	return true;
}

/* Whose place it was in the plan before does not matter: flows apart. */
static int place_new(uint32_t *places, const struct plan *plan,
		     const struct plan *before, const uint32_t *from)
{
	const bool known = plan->features & 1U << LB_FEATURE_STICKY;
	bool *taken = calloc(before->sizes.places, sizeof(*taken));
	uint32_t next = 1;
	int err = taken ? 0 : -ENOMEM;

	for (uint32_t i = 1; !err && i < before->sizes.backends; i++)
		taken[before->places[i]] = true;
	for (uint32_t i = 1; !err && i < plan->sizes.backends; i++) {
		if (from[i])
			continue;
		while (next < before->sizes.places && taken[next])
			next++;
		if (known || next == before->sizes.places)
			err = -ENOSPC;
		places[i] = next++;
	}
	free(taken);
	return err;
}

int places_follow(struct plan *plan, const struct plan *before,
		  const uint32_t *from)
{
	const uint32_t n = plan->sizes.backends;
	uint32_t *places;
	int err;

	if (!fits(plan, before))
		return -ENOSPC;
	places = calloc(n, sizeof(*places));
	if (!places)
		return -ENOMEM;
	for (uint32_t i = 1; i < n; i++)
		if (from[i])
			places[i] = before->places[from[i]];
	err = place_new(places, plan, before, from);
	if (err) {
		free(places);
		return err;
	}
	free(plan->places);
	plan->places = places;
	plan->sizes = before->sizes;
	plan->sizes.backends = n;
	plan->features = before->features;
	for (size_t i = 0; i < plan->n_services; i++)
		plan->services[i].sticky = before->services[i].sticky;
	return 0;
}

void places_copy(struct plan *to, const struct plan *from)
{
	memcpy(to->places, from->places,
	       from->sizes.backends * sizeof(*to->places));
	for (size_t i = 0; i < to->n_services; i++)
		to->services[i].sticky = from->services[i].sticky;
	set_sizes(to);
}
