/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nfp_bpf_map_alloc() in the driver's offload.c, and
 * bpf_map_offload_map_alloc() in kernel/bpf/offload.c.  Maps that the program
 * does not use are left out, as a loader does with bpf_map__set_autocreate().
 */
#include <bpf/libbpf.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <string.h>

#include "maps.h"
#include "object.h"

static const struct nfp_where nowhere;

static uint64_t round8(uint32_t x)
{
	return ((uint64_t)x + 7) / 8 * 8;
}

static bool is_used(const struct nfp_object *o, size_t map)
{
	for (size_t pc = 0; pc < o->insn_count; pc++)
		if (o->insns[pc].symbol == NFP_SYMBOL_MAP &&
		    o->insns[pc].map == map)
			return true;
	return false;
}

static uint32_t planned_entries(const struct nfp_check_plan *plan,
				const struct nfp_map *map)
{
	for (size_t i = 0; i < plan->map_count; i++)
		if (!strcmp(plan->maps[i].name, map->name))
			return plan->maps[i].entries;
	return map->entries;
}

static void judge_type(struct nfp_report *report, const struct nfp_map *map,
		       const struct nfp_caps *caps)
{
	const char *type = libbpf_bpf_map_type_str(map->type);

	if ((map->type != BPF_MAP_TYPE_HASH &&
	     map->type != BPF_MAP_TYPE_ARRAY) ||
	    !(caps->map_types & 1U << map->type))
		nfp_report_add(report, NFP_RULE_MAP_TYPE, NFP_REFUSED, nowhere,
			       "map %s is of type %s: the card has plain hash "
			       "and array only",
			       map->name, type ? type : "unknown");
	if (map->flags)
		nfp_report_add(report, NFP_RULE_MAP_TYPE, NFP_REFUSED, nowhere,
			       "map %s has flags 0x%x: the card takes none",
			       map->name, map->flags);
}

static void judge_size(struct nfp_report *report, const struct nfp_map *map,
		       const struct nfp_caps *caps)
{
	uint64_t element = round8(map->key_bytes) + round8(map->value_bytes);
	uint32_t value_max = caps->max_value_bytes < NFP_VALUE_MAX
				     ? caps->max_value_bytes
				     : NFP_VALUE_MAX;

	if (map->key_bytes > caps->max_key_bytes)
		nfp_report_add(report, NFP_RULE_MAP_SIZE, NFP_REFUSED, nowhere,
			       "map %s has keys of %u bytes, the card's limit "
			       "is %u",
			       map->name, map->key_bytes, caps->max_key_bytes);
	if (map->value_bytes > value_max)
		nfp_report_add(report, NFP_RULE_MAP_SIZE, NFP_REFUSED, nowhere,
			       "map %s has values of %u bytes, the card's "
			       "limit is %u: split it into several maps",
			       map->name, map->value_bytes, value_max);
	if (element > caps->max_element_bytes)
		nfp_report_add(report, NFP_RULE_MAP_SIZE, NFP_REFUSED, nowhere,
			       "map %s takes %" PRIu64
			       " bytes for key and value, each "
			       "rounded up to 8; the card's limit is %u: split "
			       "it into several maps",
			       map->name, element, caps->max_element_bytes);
	if (!map->key_bytes || !map->value_bytes ||
	    (map->type == BPF_MAP_TYPE_ARRAY && map->key_bytes != 4))
		nfp_report_add(report, NFP_RULE_MAP_SIZE, NFP_REFUSED, nowhere,
			       "map %s has %u bytes of key and %u of value: an "
			       "array's key is 4 bytes, nothing is 0",
			       map->name, map->key_bytes, map->value_bytes);
}

static void judge_map(struct nfp_check_result *r, const struct nfp_map *map,
		      const struct nfp_caps *caps,
		      const struct nfp_check_plan *plan)
{
	uint32_t entries = planned_entries(plan, map);

	/* Perf event arrays stay with the host. */
	if (map->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY)
		return;
	r->maps++;
	r->entries += entries;
	judge_type(&r->report, map, caps);
	judge_size(&r->report, map, caps);
	if (!entries)
		nfp_report_add(&r->report, NFP_RULE_MAP_BUDGET, NFP_REFUSED,
			       nowhere, "map %s has no entries", map->name);
	if (entries > caps->max_entries)
		nfp_report_add(&r->report, NFP_RULE_MAP_BUDGET, NFP_REFUSED,
			       nowhere,
			       "map %s has %u entries, the card's limit for "
			       "all maps is %u",
			       map->name, entries, caps->max_entries);
}

static void judge_global(struct nfp_report *report, const struct nfp_map *map)
{
	nfp_report_add(report, NFP_RULE_GLOBAL, NFP_UNDECIDED, nowhere,
		       "has global variables or constants (%s), which the "
		       "program does not use: a loader that creates their map "
		       "on the card fails",
		       map->name);
}

void nfp_maps_judge(struct nfp_check_result *result,
		    const struct nfp_caps *caps,
		    const struct nfp_check_plan *plan)
{
	const struct nfp_object *o = result->object;

	for (size_t i = 0; i < o->map_count; i++) {
		if (o->maps[i].global)
			judge_global(&result->report, &o->maps[i]);
		else if (is_used(o, i))
			judge_map(result, &o->maps[i], caps, plan);
	}
	if (result->maps > caps->max_maps)
		nfp_report_add(&result->report, NFP_RULE_MAP_BUDGET,
			       NFP_REFUSED, nowhere,
			       "uses %u maps, the card's limit is %u",
			       result->maps, caps->max_maps);
	if (result->entries > caps->max_entries)
		nfp_report_add(&result->report, NFP_RULE_MAP_BUDGET,
			       NFP_REFUSED, nowhere,
			       "all maps have %llu entries together, the "
			       "card's limit is %u: make them smaller",
			       (unsigned long long)result->entries,
			       caps->max_entries);
}
