/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything is laid out in the order of the configuration: rings one after
 * the other, backends from index 1.  Only the rings can give way to a limit.
 * The largest are halved first, and of equally large ones those with the
 * fewest backends, which lose the least precision by it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan.h"

/*
 * A ring is never halved below this many slots for each backend: a backend of
 * average weight is then at most 1/8 away from its share.
 */
#define SLOTS_PER_BACKEND_MIN 8

/* The maps that the limits are about: every one that a card holds too. */
enum {
	NEED_SERVICES,
	NEED_REPLIES,
	NEED_RING,
	NEED_BACKENDS,
	NEED_BACKEND_STATS,
	NEED_REASON_STATS,
	NEEDS,
};

static const char *const map_names[NEEDS] = {
	[NEED_SERVICES] = LB_MAP_SERVICES4,
	[NEED_REPLIES] = LB_MAP_REPLIES4,
	[NEED_RING] = LB_MAP_RING,
	[NEED_BACKENDS] = LB_MAP_BACKENDS,
	[NEED_BACKEND_STATS] = LB_MAP_BACKEND_STATS,
	[NEED_REASON_STATS] = LB_MAP_REASON_STATS,
};

static uint64_t count_ports(const struct model_service *service)
{
	uint64_t n = 0;

	if (service->all_ports)
		return 1;
	for (size_t i = 0; i < service->n_ports; i++)
		n += service->ports[i].last - service->ports[i].first + 1;
	return n;
}

static uint64_t count_replies(const struct model_service *service)
{
	uint64_t n = 0, ports = count_ports(service);

	if (service->forward != LB_FORWARD_NAT)
		return 0;
	for (size_t i = 0; i < service->n_backends; i++)
		n += service->backends[i].port ? 1 : ports;
	return n;
}

/* Gives every service its backends and the ring that it asks for. */
static void lay_out(struct plan *plan, uint64_t need[NEEDS])
{
	uint32_t next_backend = LB_NO_BACKEND + 1;

	for (size_t i = 0; i < plan->n_services; i++) {
		const struct model_service *config = &plan->model->services[i];

		plan->services[i] = (struct plan_service){
			.config = config,
			.ring_size = config->ring_size,
			.first_backend = next_backend,
		};
		next_backend += config->n_backends;
		need[NEED_SERVICES] += count_ports(config);
		need[NEED_REPLIES] += count_replies(config);
		need[NEED_RING] += config->ring_size;
	}
	need[NEED_BACKENDS] = need[NEED_BACKEND_STATS] = next_backend;
	need[NEED_REASON_STATS] = LB_REASON_COUNT;
	if (!need[NEED_REPLIES])
		need[NEED_REPLIES] = 1;
}

static uint64_t limit_of_map(const struct plan_limits *limits)
{
	return limits->map_entries ? limits->map_entries : UINT32_MAX;
}

/* The first map that is too large, or NEEDS. */
static size_t find_too_large(const uint64_t need[NEEDS],
			     const struct plan_limits *limits)
{
	size_t map = 0;

	while (map < NEEDS && need[map] <= limit_of_map(limits))
		map++;
	return map;
}

static uint64_t sum(const uint64_t need[NEEDS])
{
	uint64_t total = 0;

	for (size_t map = 0; map < NEEDS; map++)
		total += need[map];
	return total;
}

static bool fits(const uint64_t need[NEEDS], const struct plan_limits *limits)
{
	if (find_too_large(need, limits) < NEEDS)
		return false;
	return !limits->total_entries || sum(need) <= limits->total_entries;
}

static bool can_halve(const struct plan_service *service)
{
	size_t least = service->config->n_backends * SLOTS_PER_BACKEND_MIN;

	return service->ring_size / 2 >= least;
}

struct candidate {
	struct plan_service *service;
};

static int compare_backends(const void *a, const void *b)
{
	const struct plan_service *x = ((const struct candidate *)a)->service;
	const struct plan_service *y = ((const struct candidate *)b)->service;

	if (x->config->n_backends != y->config->n_backends)
		return x->config->n_backends < y->config->n_backends ? -1 : 1;
	return x->first_backend < y->first_backend ? -1 : 1;
}

/* Halves one ring after the other until all fit, or none can be halved. */
static int shrink_rings(struct plan *plan, const struct plan_limits *limits,
			uint64_t need[NEEDS])
{
	const size_t n = plan->n_services;
	struct candidate *order = calloc(n, sizeof(*order));

	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		order[i].service = &plan->services[i];
	qsort(order, n, sizeof(*order), compare_backends);
	for (uint32_t size = MODEL_RING_SIZE_MAX; size > 1; size /= 2) {
		for (size_t i = 0; i < n && !fits(need, limits); i++) {
			struct plan_service *s = order[i].service;

			if (s->ring_size != size || !can_halve(s))
				continue;
			s->ring_size /= 2;
			need[NEED_RING] -= s->ring_size;
			plan->ring_shrunk = true;
		}
	}
	free(order);
	return 0;
}

static void place_rings(struct plan *plan)
{
	uint32_t base = 0;

	for (size_t i = 0; i < plan->n_services; i++) {
		plan->services[i].ring_base = base;
		base += plan->services[i].ring_size;
	}
}

static void explain_map(const uint64_t need[NEEDS], size_t map,
			const struct plan_limits *limits, char *why,
			size_t why_size)
{
	const char *how =
		map == NEED_RING ? " even with the smallest rings" : "";

	snprintf(why, why_size,
		 "the map %s needs %" PRIu64
		 " entries%s, but a map can have %" PRIu64,
		 map_names[map], need[map], how, limit_of_map(limits));
}

static void explain_total(const uint64_t need[NEEDS],
			  const struct plan_limits *limits, char *why,
			  size_t why_size)
{
	size_t length = snprintf(why, why_size,
				 "all maps together can have %" PRIu64
				 " entries, but need %" PRIu64
				 " even with the smallest rings:",
				 limits->total_entries, sum(need));

	for (size_t map = 0; map < NEEDS && length < why_size; map++)
		length += snprintf(why + length, why_size - length,
				   "%s %s %" PRIu64, map ? "," : "",
				   map_names[map], need[map]);
}

static void explain(const uint64_t need[NEEDS],
		    const struct plan_limits *limits, char *why,
		    size_t why_size)
{
	size_t map = find_too_large(need, limits);

	if (map < NEEDS)
		explain_map(need, map, limits, why, why_size);
	else
		explain_total(need, limits, why, why_size);
}

static struct plan *plan_alloc(const struct model *model)
{
	struct plan *plan = calloc(1, sizeof(*plan));

	if (!plan)
		return NULL;
	plan->model = model;
	plan->n_services = model->n_services;
	plan->services = calloc(plan->n_services, sizeof(*plan->services));
	if (!plan->services) {
		free(plan);
		return NULL;
	}
	return plan;
}

int plan_build(const struct model *model, const struct plan_limits *limits,
	       struct plan **out, char *why, size_t why_size)
{
	uint64_t need[NEEDS] = { 0 };
	struct plan *plan = plan_alloc(model);
	int err;

	if (!plan)
		return -ENOMEM;
	lay_out(plan, need);
	err = shrink_rings(plan, limits, need);
	if (err)
		goto err;
	if (!fits(need, limits)) {
		explain(need, limits, why, why_size);
		err = -ENOSPC;
		goto err;
	}
	place_rings(plan);
	plan->sizes = (struct plan_sizes){
		.services = need[NEED_SERVICES],
		.replies = need[NEED_REPLIES],
		.ring = need[NEED_RING],
		.backends = need[NEED_BACKENDS],
	};
	*out = plan;
	return 0;
err:
	plan_free(plan);
	return err;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	free(plan->services);
	free(plan);
}

const struct plan_service *plan_service_of(const struct plan *plan,
					   uint32_t index)
{
	size_t low = 0, high = plan->n_services;

	if (index == LB_NO_BACKEND || index >= plan->sizes.backends)
		return NULL;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (plan->services[middle].first_backend <= index)
			low = middle;
		else
			high = middle;
	}
	return &plan->services[low];
}

const struct model_backend *plan_backend_of(const struct plan *plan,
					    uint32_t index)
{
	const struct plan_service *service = plan_service_of(plan, index);

	if (!service)
		return NULL;
	return &service->config->backends[index - service->first_backend];
}
