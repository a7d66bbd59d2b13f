/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A backend's check has a number of its own, which it keeps when the backend
 * moves to another index of other tables.  So a reload neither flaps nor begins
 * to count again.
 *
 * Tables are written a little later: many backends that fall together are one
 * change (watch/update.h).
 */
#include "watch/backends.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health/health.h"
#include "base/breathe.h"
#include "base/log.h"
#include "base/monotime.h"
#include "tables/places.h"
#include "watch/update.h"
#include "watch/told.h"

#define NO_CHECK UINT32_MAX

/* A backend; also one that is not checked. */
struct watch {
	struct model_health *check; /* NULL: none, so it serves */
	uint32_t id;		    /* of the check, or NO_CHECK */
	uint32_t index;		    /* in the instance's tables */
	struct addr via;	    /* neighbour that was known; or unset */
	bool new;		    /* not up yet, since it came here */
};

struct list {
	struct watch *watch; /* by index; 0 is none */
	uint32_t n;
};

struct control_health {
	struct health *health;
	struct instance *in;
	struct list list;
	uint32_t *by_id; /* index of the watch; 0: free */
	uint32_t n_ids, next_id;
	struct watch_update *update; /* of the tables */
	uint64_t settled; /* in->hops.settled when neighbours were looked at */
	uint32_t n_unasked;   /* that were not told of */
	double unasked_after; /* when to tell again, monotonic */
	struct told *told;
};

static bool is_up(const struct control_health *h, const struct watch *watch)
{
	struct health_status status;

	return watch->id == NO_CHECK ||
	       health_status(h->health, watch->id, &status) || status.up;
}

static void on_changed(void *arg, uint32_t id,
		       const struct health_result *result)
{
	struct control_health *h = arg;
	struct watch *watch = &h->list.watch[h->by_id[id]];

	told_change(h->told, plan_service_of(h->in->plan, watch->index)->config,
		    plan_backend_of(h->in->plan, watch->index), result);
	watch->new &= !result->up;
	instance_set_serves(h->in, watch->index, result->up);
	watch_update_soon(h->update);
}

#define UNASKED_SECONDS 60

/* For many at once one line: the last of them, and how many before. */
static void on_unasked(void *arg, uint32_t id, unsigned int n,
		       const char *reason)
{
	struct control_health *h = arg;
	const double now = monotime_now();
	char *name;

	if (now < h->unasked_after) {
		h->n_unasked++;
		return;
	}
	name = places_name(h->in->plan, h->by_id[id]);
	log_warn("%s: %s, %u times in a row: nobody knows whether it serves "
		 "(nor of %u other backends before)",
		 name ? name : "?", reason, n, h->n_unasked);
	free(name);
	h->n_unasked = 0;
	h->unasked_after = now + UNASKED_SECONDS;
}

static void write_tables(void *arg)
{
	struct control_health *h = arg;

	if (!h->in)
		return;
	/* What fails is logged there, and repeated every second. */
	instance_update(h->in);
	control_health_neighbours(h);
}

/* A number that no check has. */
static int take_id(struct control_health *h, uint32_t *id)
{
	uint32_t *grown;

	for (uint32_t i = 0; i < h->n_ids; i++) {
		*id = (h->next_id + i) % h->n_ids;
		if (!h->by_id[*id]) {
			h->next_id = *id + 1;
			return 0;
		}
	}
	*id = h->n_ids;
	grown = reallocarray(h->by_id, h->n_ids + 64, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	memset(grown + h->n_ids, 0, 64 * sizeof(*grown));
	h->by_id = grown;
	h->n_ids += 64;
	h->next_id = *id + 1;
	return 0;
}

static void stop(struct control_health *h, struct watch *watch)
{
	if (watch->id == NO_CHECK)
		return;
	health_remove(h->health, watch->id);
	h->by_id[watch->id] = 0;
	watch->id = NO_CHECK;
}

static void free_list(struct control_health *h, struct list *list)
{
	for (uint32_t i = 1; list->watch && i < list->n; i++) {
		stop(h, &list->watch[i]);
		free(list->watch[i].check);
	}
	free(list->watch);
	*list = (struct list){ .n = 0 };
}

static int set_check(struct watch *watch, const struct plan *plan)
{
	const struct model_service *service =
		plan_service_of(plan, watch->index)->config;

	if (service->health.type == HEALTH_NONE)
		return 0;
	watch->check = malloc(sizeof(*watch->check));
	if (!watch->check)
		return -ENOMEM;
	health_check_of(service, plan_backend_of(plan, watch->index),
			watch->check);
	return 0;
}

/* Every backend of the plan, nothing checked. */
static int make_list(struct control_health *h, const struct plan *plan,
		     struct list *list)
{
	const uint32_t n = plan->sizes.backends;
	int err;

	*list = (struct list){
		.n = n,
		.watch = calloc(n, sizeof(*list->watch)),
	};
	err = list->watch ? 0 : -ENOMEM;
	for (uint32_t i = 1; list->watch && i < n; i++) {
		list->watch[i].id = NO_CHECK;
		list->watch[i].index = i;
		err = err ?: set_check(&list->watch[i], plan);
		breathe();
	}
	if (err)
		free_list(h, list);
	return err;
}

/* What cannot be checked serves, and that is said. */
static void start(struct control_health *h, struct watch *watch)
{
	const bool up = !(h->in->held[watch->index] & INSTANCE_UNHEALTHY);
	char why[256] = "no memory", *name;
	uint32_t id;

	if (!watch->check)
		return;
	if (!take_id(h, &id) &&
	    !health_add(h->health, id, watch->check, up, why, sizeof(why))) {
		watch->id = id;
		h->by_id[id] = watch->index;
		return;
	}
	name = places_name(h->in->plan, watch->index);
	log_error("%s: the health of this backend is not checked: %s",
		  name ? name : "?", why);
	free(name);
	instance_set_serves(h->in, watch->index, true);
}

/* The same check of the same backend goes on, with another index. */
static void take_over(struct control_health *h, struct watch *watch,
		      struct watch *old)
{
	watch->via = old->via;
	if (old->id == NO_CHECK || !watch->check ||
	    !health_check_same(watch->check, old->check))
		return;
	watch->id = old->id;
	h->by_id[watch->id] = watch->index;
	old->id = NO_CHECK;
}

/* NULL: who is nobody that was watched. */
static struct watch *known_as(const struct control_health *h,
			      const uint32_t *from, uint32_t index)
{
	return from && from[index] && from[index] < h->list.n
		       ? &h->list.watch[from[index]]
		       : NULL;
}

int control_health_follow(struct control_health *h, struct instance *in,
			  const uint32_t *from)
{
	struct list list;
	int err;

	/* Those of another instance are checked there until all is ready. */
	if (h->in != in)
		breathe_begin();
	err = make_list(h, in->plan, &list);
	breathe_end();
	h->in = in;
	h->settled = 0;
	if (err) {
		free_list(h, &h->list);
		return err;
	}
	for (uint32_t i = 1; i < list.n; i++) {
		struct watch *old = known_as(h, from, i);

		if (old)
			take_over(h, &list.watch[i], old);
		/* It may have turned since the instance was told. */
		if (list.watch[i].id != NO_CHECK)
			instance_set_serves(in, i, is_up(h, &list.watch[i]));
	}
	free_list(h, &h->list);
	h->list = list;
	for (uint32_t i = 1; i < list.n; i++) {
		if (list.watch[i].id == NO_CHECK)
			start(h, &h->list.watch[i]);
		list.watch[i].new = instance_is_new(in, i);
	}
	control_health_update(h);
	return 0;
}

static void set_known(const struct control_health *h, struct instance *in,
		      uint32_t index, const struct watch *watch)
{
	const bool up = is_up(h, watch);

	if (watch->new && !up)
		instance_set_new(in, index);
	else
		instance_set_serves(in, index, up);
}

/* Its backends as they were; returns whether one of those serves. */
static bool prepare_known(const struct control_health *h, struct instance *in,
			  const struct plan_service *service,
			  const uint32_t *from)
{
	const bool checked = service->config->health.type != HEALTH_NONE;
	bool serves = false;

	for (uint32_t k = 0; k < service->config->n_backends; k++) {
		const uint32_t index = service->first_backend + k;
		const struct watch *watch = known_as(h, from, index);
		const bool up = !checked || !watch || is_up(h, watch);

		if (checked && watch)
			set_known(h, in, index, watch);
		else
			instance_set_serves(in, index, true);
		serves |= watch && up && !service->config->backends[k].drain;
	}
	return serves;
}

void control_health_prepare(struct control_health *h, struct instance *in,
			    const uint32_t *from)
{
	for (size_t i = 0; i < in->plan->n_services; i++) {
		const struct plan_service *service = &in->plan->services[i];
		const struct model_service *config = service->config;

		breathe();
		if (!prepare_known(h, in, service, from) ||
		    config->health.type == HEALTH_NONE)
			continue;
		for (uint32_t k = 0; k < config->n_backends; k++)
			if (!known_as(h, from, service->first_backend + k))
				instance_set_new(in,
						 service->first_backend + k);
	}
}

/* Our own link is no fault of the backends'. */
static bool link_is_up(const struct instance *in)
{
	struct nl_link_state link;

	return !nl_link(in->nl, &link) && link.up && link.carrier;
}

/* Whether he had a neighbour, and has lost it. */
static bool follow_neighbour(const struct instance *in, struct watch *watch,
			     uint32_t index)
{
	const struct addr *via = &in->hops.via[index];
	const bool same = !addr_compare(&watch->via, via);
	const bool lost =
		!in->hops.hop[index].known && addr_is_set(&watch->via) && same;

	watch->via = in->hops.hop[index].known
			     ? *via
			     : (struct addr){ .family = AF_UNSPEC };
	return lost;
}

void control_health_neighbours(struct control_health *h)
{
	const struct instance *in = h->in;
	bool asked = false, up = false;

	if (!in || in->gone || h->settled == in->hops.settled)
		return;
	h->settled = in->hops.settled;
	for (uint32_t i = 1; i < h->list.n; i++) {
		if (!follow_neighbour(in, &h->list.watch[i], i))
			continue;
		up = asked ? up : link_is_up(in);
		asked = true;
		if (up)
			health_neighbour_lost(h->health, h->list.watch[i].id);
	}
}

void control_health_update(struct control_health *h)
{
	if (h->in && instance_is_due(h->in))
		watch_update_soon(h->update);
}

void control_health_status(const struct control_health *h, uint32_t index,
			   struct backend_health *out)
{
	struct health_status status;
	const struct watch *watch =
		h && index < h->list.n ? &h->list.watch[index] : NULL;

	*out = (struct backend_health){ .type = HEALTH_NONE };
	if (!watch || watch->id == NO_CHECK ||
	    health_status(h->health, watch->id, &status))
		return;
	out->type = watch->check->type;
	out->up = status.up;
	out->since_seconds = monotime_now() - (double)status.since_ms / 1e3;
	out->latency_seconds = (double)status.latency_ns / 1e9;
	out->checks = status.checks;
	out->failed = status.failed;
	out->skipped = status.skipped;
	snprintf(out->reason, sizeof(out->reason), "%s", status.reason);
}

void control_health_counts(const struct control_health *h, uint32_t index,
			   struct health_counts *out)
{
	const struct watch *watch =
		h && index < h->list.n ? &h->list.watch[index] : NULL;

	*out = (struct health_counts){ 0 };
	if (watch && watch->id != NO_CHECK)
		health_counts(h->health, watch->id, out);
}

uint64_t control_health_skipped(const struct control_health *h,
				enum health_lack lack)
{
	return h ? health_skipped(h->health, lack) : 0;
}

int control_health_open(struct control_health **out, sd_event *event)
{
	struct control_health *h = calloc(1, sizeof(*h));
	const struct health_handler handler = { on_changed, on_unasked, h };
	int err;

	*out = NULL;
	if (!h)
		return -ENOMEM;
	err = told_open(&h->told, event);
	if (!err)
		err = health_open(&h->health, event, NULL, &handler);
	if (!err)
		err = watch_update_open(&h->update, event, write_tables, h);
	if (err)
		control_health_close(h);
	else
		*out = h;
	return err;
}

void control_health_close(struct control_health *h)
{
	if (!h)
		return;
	free_list(h, &h->list);
	health_close(h->health);
	watch_update_close(h->update);
	told_close(h->told);
	free(h->by_id);
	free(h);
}
