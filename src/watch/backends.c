/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A backend's check has a number of its own, which it keeps when the backend
 * moves to another index of other tables.  So a reload neither flaps nor begins
 * to count again.
 *
 * Tables are written when the loop has handled whatever was ready with the
 * change: many backends that fall together are one change.
 */
#include "watch/backends.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health/health.h"
#include "base/log.h"
#include "base/monotime.h"
#include "tables/places.h"

#define NO_CHECK UINT32_MAX

/* A backend; also one that is not checked. */
struct watch {
	char *name;		   /* "SERVICE ADDRESS:PORT": who it is */
	struct model_health check; /* type none: serves */
	uint32_t id;		   /* of the check, or NO_CHECK */
	uint32_t index;		   /* in the instance's tables */
	struct addr via;	   /* neighbour that was known; or unset */
};

struct list {
	struct watch **watch;  /* by index; 0 is NULL */
	struct watch **sorted; /* by name, n - 1 of them */
	uint32_t n;
};

struct control_health {
	struct health *health;
	struct instance *in;
	struct list list;
	struct watch **by_id;
	uint32_t n_ids, next_id;
	sd_event_source *update; /* on: tables are to be written */
};

static int compare_watches(const void *a, const void *b)
{
	const struct watch *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static struct watch *find(const struct list *list, char *name)
{
	const struct watch wanted = { .name = name }, *key = &wanted;
	struct watch **at = NULL;

	if (list->n > 1)
		at = bsearch(&key, list->sorted, list->n - 1, sizeof(*at),
			     compare_watches);
	return at ? *at : NULL;
}

static bool is_up(const struct control_health *h, const struct watch *watch)
{
	struct health_status status;

	return watch->id == NO_CHECK ||
	       health_status(h->health, watch->id, &status) || status.up;
}

static void tell(const struct watch *watch, const struct health_result *result)
{
	const char *backend = strrchr(watch->name, ' ') + 1;
	const int service = (int)(backend - watch->name) - 1;
	const double lasted_s = (double)result->lasted_ms / 1e3;

	if (result->up)
		log_info("service %.*s: backend %s is up (%s in %.3f ms); was "
			 "down for %.1f s",
			 service, watch->name, backend, result->reason,
			 (double)result->latency_ns / 1e6, lasted_s);
	else
		log_warn("service %.*s: backend %s is down: %s; was up for "
			 "%.1f s",
			 service, watch->name, backend, result->reason,
			 lasted_s);
}

static void on_changed(void *arg, uint32_t id,
		       const struct health_result *result)
{
	struct control_health *h = arg;
	const struct watch *watch = h->by_id[id];

	tell(watch, result);
	instance_set_serves(h->in, watch->index, result->up);
	sd_event_source_set_enabled(h->update, SD_EVENT_ONESHOT);
}

static int on_update(sd_event_source *source, void *arg)
{
	const struct control_health *h = arg;

	(void)source;
	/* What fails is logged there, and repeated every second. */
	instance_update(h->in);
	return 0;
}

/* A number that no check has. */
static int take_id(struct control_health *h, uint32_t *id)
{
	struct watch **grown;

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
	h->by_id[watch->id] = NULL;
	watch->id = NO_CHECK;
}

static void free_watch(struct control_health *h, struct watch *watch)
{
	if (!watch)
		return;
	stop(h, watch);
	free(watch->name);
	free(watch);
}

static void free_list(struct control_health *h, struct list *list)
{
	for (uint32_t i = 1; list->watch && i < list->n; i++)
		free_watch(h, list->watch[i]);
	free(list->watch);
	free(list->sorted);
	*list = (struct list){ .n = 0 };
}

/* Not checked yet.  NULL without memory. */
static struct watch *new_watch(const struct plan *plan, uint32_t index)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return NULL;
	watch->name = places_name(plan, index);
	if (!watch->name) {
		free(watch);
		return NULL;
	}
	watch->id = NO_CHECK;
	watch->index = index;
	health_check_of(plan_service_of(plan, index)->config,
			plan_backend_of(plan, index), &watch->check);
	return watch;
}

/* Every backend of the plan, nothing checked. */
static int make_list(struct control_health *h, const struct plan *plan,
		     struct list *list)
{
	const uint32_t n = plan->sizes.backends;
	bool complete;

	*list = (struct list){
		.n = n,
		.watch = calloc(n, sizeof(*list->watch)),
		.sorted = calloc(n, sizeof(*list->sorted)),
	};
	complete = list->watch && list->sorted;
	for (uint32_t i = 1; complete && i < n; i++) {
		list->watch[i] = new_watch(plan, i);
		list->sorted[i - 1] = list->watch[i];
		complete = list->watch[i];
	}
	if (!complete) {
		free_list(h, list);
		return -ENOMEM;
	}
	qsort(list->sorted, n - 1, sizeof(*list->sorted), compare_watches);
	return 0;
}

/* What cannot be checked serves, and that is said. */
static void start(struct control_health *h, struct watch *watch)
{
	const bool up = !(h->in->held[watch->index] & INSTANCE_UNHEALTHY);
	char why[256] = "no memory";
	uint32_t id;

	if (watch->check.type == HEALTH_NONE)
		return;
	if (!take_id(h, &id) &&
	    !health_add(h->health, id, &watch->check, up, why, sizeof(why))) {
		watch->id = id;
		h->by_id[id] = watch;
		return;
	}
	log_error("%s: the health of this backend is not checked: %s",
		  watch->name, why);
	instance_set_serves(h->in, watch->index, true);
}

/* The same check of the same backend goes on, with another index. */
static void take_over(struct control_health *h, struct watch *watch,
		      struct watch *old)
{
	watch->via = old->via;
	if (old->id == NO_CHECK ||
	    !health_check_same(&watch->check, &old->check))
		return;
	watch->id = old->id;
	h->by_id[watch->id] = watch;
	old->id = NO_CHECK;
}

int control_health_follow(struct control_health *h, struct instance *in)
{
	struct list list;
	int err = make_list(h, in->plan, &list);

	h->in = in;
	if (err) {
		free_list(h, &h->list);
		return err;
	}
	for (uint32_t i = 1; i < list.n; i++) {
		struct watch *old = find(&h->list, list.watch[i]->name);

		if (old)
			take_over(h, list.watch[i], old);
	}
	free_list(h, &h->list);
	h->list = list;
	for (uint32_t i = 1; i < list.n; i++)
		if (list.watch[i]->id == NO_CHECK)
			start(h, list.watch[i]);
	if (in->changed || in->rings_changed)
		sd_event_source_set_enabled(h->update, SD_EVENT_ONESHOT);
	return 0;
}

static struct watch *known_as(const struct control_health *h,
			      const struct plan *plan, uint32_t index)
{
	char *name = places_name(plan, index);
	struct watch *watch = name ? find(&h->list, name) : NULL;

	free(name);
	return watch;
}

/* Its backends as they were; returns whether one of those serves. */
static bool prepare_known(const struct control_health *h, struct instance *in,
			  const struct plan_service *service)
{
	const bool checked = service->config->health.type != HEALTH_NONE;
	bool serves = false;

	for (uint32_t k = 0; k < service->config->n_backends; k++) {
		const uint32_t index = service->first_backend + k;
		const struct watch *watch = known_as(h, in->plan, index);
		const bool up = !checked || !watch || is_up(h, watch);

		instance_set_serves(in, index, up);
		serves |= watch && up && !service->config->backends[k].drain;
	}
	return serves;
}

void control_health_prepare(struct control_health *h, struct instance *in)
{
	for (size_t i = 0; i < in->plan->n_services; i++) {
		const struct plan_service *service = &in->plan->services[i];
		const struct model_service *config = service->config;

		if (!prepare_known(h, in, service) ||
		    config->health.type == HEALTH_NONE)
			continue;
		for (uint32_t k = 0; k < config->n_backends; k++)
			if (!known_as(h, in->plan, service->first_backend + k))
				instance_set_serves(
					in, service->first_backend + k, false);
	}
}

/* Our own link is no fault of the backends'. */
static bool link_is_up(const struct instance *in)
{
	struct nl_link_state link;

	return !nl_link(in->nl, &link) && link.up && link.carrier;
}

void control_health_neighbours(struct control_health *h)
{
	const struct instance *in = h->in;

	for (uint32_t i = 1; in && !in->gone && i < h->list.n; i++) {
		struct watch *watch = h->list.watch[i];
		const struct addr *via = &in->hops.via[i];
		const bool same = !addr_compare(&watch->via, via);

		if (in->hops.hop[i].known) {
			watch->via = *via;
			continue;
		}
		if (addr_is_set(&watch->via) && same && link_is_up(in))
			health_neighbour_lost(h->health, watch->id);
		watch->via = (struct addr){ .family = AF_UNSPEC };
	}
}

void control_health_status(const struct control_health *h, uint32_t index,
			   struct backend_health *out)
{
	struct health_status status;
	const struct watch *watch =
		h && index < h->list.n ? h->list.watch[index] : NULL;

	*out = (struct backend_health){ .type = HEALTH_NONE };
	if (!watch || watch->id == NO_CHECK ||
	    health_status(h->health, watch->id, &status))
		return;
	out->type = watch->check.type;
	out->up = status.up;
	out->since_seconds = monotime_now() - (double)status.since_ms / 1e3;
	out->latency_seconds = (double)status.latency_ns / 1e9;
	out->checks = status.checks;
	out->failed = status.failed;
	out->skipped = status.skipped;
	snprintf(out->reason, sizeof(out->reason), "%s", status.reason);
}

int control_health_open(struct control_health **out, sd_event *event)
{
	struct control_health *h = calloc(1, sizeof(*h));
	const struct health_handler handler = { on_changed, h };
	int err;

	*out = NULL;
	if (!h)
		return -ENOMEM;
	err = health_open(&h->health, event, NULL, &handler);
	if (!err)
		err = sd_event_add_defer(event, &h->update, on_update, h);
	if (err >= 0)
		err = sd_event_source_set_enabled(h->update, SD_EVENT_OFF);
	if (err < 0)
		control_health_close(h);
	else
		*out = h;
	return err < 0 ? err : 0;
}

void control_health_close(struct control_health *h)
{
	if (!h)
		return;
	free_list(h, &h->list);
	health_close(h->health);
	sd_event_source_disable_unref(h->update);
	free(h->by_id);
	free(h);
}
