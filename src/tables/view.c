/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "tables/view.h"

static struct tables_view array(const struct tables *t, enum plan_map map,
				const void *first, size_t size)
{
	return (struct tables_view){
		.first = first,
		.n = t->plan ? plan_map_size(&t->plan->sizes, map) : 0,
		.size = size,
	};
}

#define ARRAY(t, map, field) array(t, map, (t)->field, sizeof(*(t)->field))
#define ROWS(t, field)                                                         \
	((struct tables_view){ (t)->field, (t)->n_##field,                     \
			       sizeof(*(t)->field), sizeof((t)->field->key) })

struct tables_view tables_view(const struct tables *t, enum plan_map map)
{
	switch (map) {
	case PLAN_VIPS:
		return ARRAY(t, map, vips);
	case PLAN_HOSTS:
		return ARRAY(t, map, hosts);
	case PLAN_BACKENDS:
		return ARRAY(t, map, backends);
	case PLAN_TUNNELS:
		return ARRAY(t, map, tunnels);
	case PLAN_FILTERS:
		return ARRAY(t, map, filters);
	case PLAN_QUIC_CONFIGS:
		return ARRAY(t, map, quic_configs);
	case PLAN_SERVICES:
		return ROWS(t, services);
	case PLAN_REPLIES:
		return ROWS(t, replies);
	case PLAN_PREFIXES:
		return ROWS(t, prefixes);
	case PLAN_QUIC_IDS:
		return ROWS(t, quic_ids);
	default:
		return (struct tables_view){ 0 };
	}
}

void tables_view_cut(struct tables *tables, enum plan_map map, size_t n)
{
	switch (map) {
	case PLAN_SERVICES:
		tables->n_services = n;
		break;
	case PLAN_REPLIES:
		tables->n_replies = n;
		break;
	case PLAN_PREFIXES:
		tables->n_prefixes = n;
		break;
	default:
		tables->n_quic_ids = n;
	}
}

const void *tables_view_at(const struct tables_view *view, size_t i)
{
	static const uint8_t zero[64];

	return i < view->n ? (const uint8_t *)view->first + i * view->size
			   : zero;
}

const uint8_t *tables_view_find(const struct tables_view *rows, size_t *at,
				const void *key)
{
	const uint8_t *row = NULL;
	int order = -1;

	for (; *at < rows->n; ++*at) {
		row = tables_view_at(rows, *at);
		order = memcmp(row, key, rows->key_size);
		if (order >= 0)
			break;
	}
	return order ? NULL : row;
}

const uint8_t *tables_view_find_back(const struct tables_view *rows,
				     size_t *end, const void *key)
{
	const uint8_t *row = NULL;
	int order = 1;

	for (; *end; --*end) {
		row = tables_view_at(rows, *end - 1);
		order = memcmp(row, key, rows->key_size);
		if (order <= 0)
			break;
	}
	return order ? NULL : row;
}
