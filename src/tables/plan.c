/* SPDX-License-Identifier: GPL-2.0-only */
#include "tables/plan.h"

#include <stdlib.h>

#define SIZE(id, field)                                                        \
	{                                                                      \
		LB_MAP_##id, offsetof(struct plan_sizes, field)                \
	}
static const struct {
	const char *name;
	size_t offset;
} maps[PLAN_MAPS] = {
	[PLAN_VIPS] = SIZE(VIPS, vips),
	[PLAN_SERVICES] = SIZE(SERVICES, services),
	[PLAN_HOSTS] = SIZE(HOSTS, hosts),
	[PLAN_REPLIES] = SIZE(REPLIES, replies),
	[PLAN_RING] = SIZE(RING, ring),
	[PLAN_BACKENDS] = SIZE(BACKENDS, places),
	[PLAN_TUNNELS] = SIZE(TUNNELS, tunnels),
	[PLAN_FILTERS] = SIZE(FILTERS, filters),
	[PLAN_PREFIXES] = SIZE(PREFIXES, prefixes),
	[PLAN_QUIC_CONFIGS] = SIZE(QUIC_CONFIGS, quic_configs),
	[PLAN_QUIC_IDS] = SIZE(QUIC_IDS, quic_ids),
	[PLAN_FLOWS] = SIZE(FLOWS, flows),
	[PLAN_BACKEND_STATS] = SIZE(BACKEND_STATS, backend_stats),
	[PLAN_REASON_STATS] = SIZE(REASON_STATS, reason_stats),
};
#undef SIZE

const char *plan_map_name(enum plan_map map)
{
	return maps[map].name;
}

uint32_t plan_map_size(const struct plan_sizes *sizes, enum plan_map map)
{
	const char *field = (const char *)sizes + maps[map].offset;

	return *(const uint32_t *)field;
}

void plan_set_map_size(struct plan_sizes *sizes, enum plan_map map, uint32_t n)
{
	char *field = (char *)sizes + maps[map].offset;

	*(uint32_t *)field = n;
}

uint64_t plan_entries(const struct plan_sizes *sizes)
{
	uint64_t total = 0;

	for (enum plan_map map = 0; map < PLAN_MAPS; map++)
		total += plan_map_size(sizes, map);
	return total;
}

size_t plan_filter_lengths(const struct model_service *service,
			   uint8_t lengths[PLAN_LENGTHS_MAX])
{
	bool has[PLAN_LENGTHS_MAX] = { false };
	size_t n = 0;

	for (size_t i = 0; i < service->n_filters; i++) {
		const struct model_prefix *prefix = &service->filters[i].prefix;
		uint8_t before = prefix->address.family == AF_INET ? 96 : 0;

		has[before + prefix->length] = true;
	}
	for (size_t length = PLAN_LENGTHS_MAX; length--;)
		if (has[length])
			lengths[n++] = (uint8_t)length;
	return n;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	layout_free(&plan->vips);
	layout_free(&plan->hosts);
	free(plan->services);
	free(plan->places);
	free(plan);
}

void plan_follow(struct plan *plan, const struct model *model)
{
	plan->model = model;
	for (size_t i = 0; i < plan->n_services; i++)
		plan->services[i].config = &model->services[i];
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

uint32_t plan_n_backends(const struct plan *plan, size_t service)
{
	const uint32_t end = service + 1 < plan->n_services
				     ? plan->services[service + 1].first_backend
				     : plan->sizes.backends;

	return end - plan->services[service].first_backend;
}

const struct addr *plan_reply_source(const struct model *model, size_t family)
{
	for (size_t i = 0; i < model->n_services; i++)
		if (model->services[i].forward == LB_FORWARD_NAT &&
		    plan_family(&model->services[i].address) == family)
			return &model->services[i].address;
	return NULL;
}
