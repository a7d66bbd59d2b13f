/* SPDX-License-Identifier: GPL-2.0-only */
#include "instance/neighbours.h"

#include <stdlib.h>

#define SLOTS_MIN 16

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint32_t hash(const struct addr *addr)
{
	const size_t size = addr->family == AF_INET6 ? 16 : 4;
	uint32_t value = 2166136261U;

	for (size_t i = 0; i < size; i++)
		value = (value ^ addr->bytes[i]) * 16777619U;
	return value;
}

/* Where it is, or the empty slot where it would be. */
static uint32_t *slot_of(const struct neighbours *set, const struct addr *addr)
{
	const uint32_t mask = set->n_slots - 1;
	uint32_t at = hash(addr) & mask;

	while (set->slots[at] &&
	       addr_compare(&set->list[set->slots[at] - 1].addr, addr) != 0)
		at = (at + 1) & mask;
	return &set->slots[at];
}

/* Never more than half full. */
static bool grow(struct neighbours *set)
{
	const uint32_t n = set->n_slots ? 2 * set->n_slots : SLOTS_MIN;
	struct neighbour *list = realloc(set->list, n / 2 * sizeof(*list));
	uint32_t *slots;

	if (!list)
		return false;
	set->list = list;
	slots = calloc(n, sizeof(*slots));
	if (!slots)
		return false;
	free(set->slots);
	set->slots = slots;
	set->n_slots = n;
	for (uint32_t i = 0; i < set->n; i++)
		*slot_of(set, &set->list[i].addr) = i + 1;
	return true;
}

uint32_t neighbours_add(struct neighbours *set, const struct addr *addr)
{
	uint32_t *slot;

	if (set->n >= set->n_slots / 2 && !grow(set))
		return NEIGHBOURS_NONE;
	slot = slot_of(set, addr);
	if (!*slot) {
		set->list[set->n] = (struct neighbour){ .addr = *addr };
		*slot = ++set->n;
	}
	return *slot - 1;
}

struct neighbour *neighbours_find(const struct neighbours *set,
				  const struct addr *addr)
{
	uint32_t *slot = set->n ? slot_of(set, addr) : NULL;

	return slot && *slot ? &set->list[*slot - 1] : NULL;
}

void neighbours_close(struct neighbours *set)
{
	free(set->list);
	free(set->slots);
	*set = (struct neighbours){ .n = 0 };
}
