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

#include "tables/plan.h"
#include "tables/features.h"

/*
 * A ring is never halved below this many slots for each backend: a backend of
 * average weight is then at most 1/8 away from its share.
 */
#define SLOTS_PER_BACKEND_MIN 8

/* The endpoints, each in its place. */
static int lay_out_endpoints(struct plan *plan,
			     const struct plan_limits *limits,
			     uint64_t need[PLAN_MAPS])
{
	int err = layout_services(&plan->vips, plan->model, limits->own,
				  limits->n_own);

	if (!err)
		err = layout_replies(&plan->hosts, plan->model);
	need[PLAN_SERVICES] = plan->vips.n_needed;
	need[PLAN_SERVICES] += limits->spare_services;
	need[PLAN_REPLIES] = plan->hosts.n_needed;
	return err;
}

/* Maps that have a fixed part for each service, if any needs it. */
static void count_parts(const struct plan *plan, uint64_t need[PLAN_MAPS])
{
	for (size_t i = 0; i < plan->n_services; i++) {
		const struct model_service *config = plan->services[i].config;

		need[PLAN_PREFIXES] += config->n_filters;
		if (config->sticky_s)
			need[PLAN_FLOWS] = plan->model->flows;
		if (config->n_filters || config->deny_others)
			need[PLAN_FILTERS] =
				plan->n_services * LB_FILTER_LENGTHS;
		if (config->balance != LB_BALANCE_QUIC)
			continue;
		need[PLAN_QUIC_CONFIGS] = plan->n_services * LB_QUIC_CONFIGS;
		for (size_t k = 0; k < config->n_backends; k++)
			need[PLAN_QUIC_IDS] += config->backends[k].n_server_ids;
	}
}

/* Gives every service its backends and the ring that it asks for. */
static int lay_out(struct plan *plan, const struct plan_limits *limits,
		   uint64_t need[PLAN_MAPS])
{
	uint32_t next_backend = LB_NO_BACKEND + 1;
	int err;

	for (size_t i = 0; i < plan->n_services; i++) {
		const struct model_service *config = &plan->model->services[i];

		plan->services[i] = (struct plan_service){
			.config = config,
			.ring_size = config->ring_size,
			.first_backend = next_backend,
			.sticky = config->sticky_s ? (uint16_t)(i + 1) : 0,
		};
		next_backend += config->n_backends;
		need[PLAN_RING] += config->ring_size;
	}
	err = lay_out_endpoints(plan, limits, need);
	count_parts(plan, need);
	need[PLAN_VIPS] = LB_VIP_BUCKETS;
	need[PLAN_HOSTS] = LB_HOST_BUCKETS;
	need[PLAN_TUNNELS] = LB_TUNNELS;
	need[PLAN_BACKENDS] = need[PLAN_BACKEND_STATS] = next_backend;
	need[PLAN_REASON_STATS] = LB_COUNT_END;
	for (enum plan_map map = 0; map < PLAN_MAPS; map++)
		if (!need[map])
			need[map] = 1;
	return err;
}

static uint64_t limit_of_map(const struct plan_limits *limits)
{
	return limits->map_entries ? limits->map_entries : UINT32_MAX;
}

/* The first map that is too large, or PLAN_MAPS. */
static size_t find_too_large(const uint64_t need[PLAN_MAPS],
			     const struct plan_limits *limits)
{
	size_t map = 0;

	while (map < PLAN_MAPS && need[map] <= limit_of_map(limits))
		map++;
	return map;
}

static uint64_t sum(const uint64_t need[PLAN_MAPS])
{
	uint64_t total = 0;

	for (size_t map = 0; map < PLAN_MAPS; map++)
		total += need[map];
	return total;
}

static bool fits(const uint64_t need[PLAN_MAPS],
		 const struct plan_limits *limits)
{
	if (find_too_large(need, limits) < PLAN_MAPS)
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
			uint64_t need[PLAN_MAPS])
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
			need[PLAN_RING] -= s->ring_size;
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

static int place_backends(struct plan *plan)
{
	const uint32_t n = plan->sizes.places;

	plan->sizes.backends = n;
	plan->places = calloc(n, sizeof(*plan->places));
	if (!plan->places)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		plan->places[i] = i;
	return 0;
}

static void explain_map(const uint64_t need[PLAN_MAPS], size_t map,
			const struct plan_limits *limits, char *why,
			size_t why_size)
{
	const char *how =
		map == PLAN_RING ? " even with the smallest rings" : "";

	snprintf(why, why_size,
		 "the map %s needs %" PRIu64
		 " entries%s, but a map can have %" PRIu64,
		 plan_map_name((enum plan_map)map), need[map], how,
		 limit_of_map(limits));
}

static void explain_total(const uint64_t need[PLAN_MAPS],
			  const struct plan_limits *limits, char *why,
			  size_t why_size)
{
	size_t length = snprintf(why, why_size,
				 "all maps together can have %" PRIu64
				 " entries, but need %" PRIu64
				 " even with the smallest rings:",
				 limits->total_entries, sum(need));

	for (size_t map = 0; map < PLAN_MAPS && length < why_size; map++)
		length +=
			snprintf(why + length, why_size - length,
				 "%s %s %" PRIu64, map ? "," : "",
				 plan_map_name((enum plan_map)map), need[map]);
}

static void explain(const uint64_t need[PLAN_MAPS],
		    const struct plan_limits *limits, char *why,
		    size_t why_size)
{
	size_t map = find_too_large(need, limits);

	if (map < PLAN_MAPS)
		explain_map(need, map, limits, why, why_size);
	else
		explain_total(need, limits, why, why_size);
}

static int check_filters(const struct plan *plan, char *why, size_t why_size)
{
	uint8_t lengths[PLAN_LENGTHS_MAX];
	size_t n;

	for (size_t i = 0; i < plan->n_services; i++) {
		n = plan_filter_lengths(plan->services[i].config, lengths);
		if (n <= LB_FILTER_LENGTHS)
			continue;
		snprintf(
			why, why_size,
			"the filter of service %s has prefixes of %zu lengths, "
			"but can have %d",
			plan->services[i].config->name, n, LB_FILTER_LENGTHS);
		return -ENOSPC;
	}
	return 0;
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
	uint64_t need[PLAN_MAPS] = { 0 };
	struct plan *plan = plan_alloc(model);
	int err;

	if (!plan)
		return -ENOMEM;
	err = lay_out(plan, limits, need);
	if (!err)
		err = check_filters(plan, why, why_size);
	if (!err)
		err = plan_features_set(plan);
	if (!err)
		err = shrink_rings(plan, limits, need);
	if (err)
		goto err;
	if (!fits(need, limits)) {
		explain(need, limits, why, why_size);
		err = -ENOSPC;
		goto err;
	}
	err = layout_expand(&plan->vips);
	if (!err)
		err = layout_expand(&plan->hosts);
	if (err)
		goto err;
	place_rings(plan);
	for (enum plan_map map = 0; map < PLAN_MAPS; map++)
		plan_set_map_size(&plan->sizes, map, (uint32_t)need[map]);
	err = place_backends(plan);
	if (err)
		goto err;
	*out = plan;
	return 0;
err:
	plan_free(plan);
	return err;
}
