/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where everything goes: which ring slots and backend indices each service
 * gets, and how large each map must be.  Pure: model and capabilities in, plan
 * out.  It does not change with neighbours or health.
 */
#ifndef PLAN_H
#define PLAN_H

#include "model.h"

/* What the host or the card can hold; 0 means no limit known. */
struct plan_limits {
	uint32_t map_entries;		/* of one map */
	uint64_t total_entries;		/* of all maps together */
};

struct plan_service {
	const struct model_service *config;
	uint32_t ring_base;
	uint32_t ring_size;		/* may be smaller than asked for */
	uint32_t first_backend;		/* index in the backends map */
};

/* How many entries each map needs; at least 1 each. */
struct plan_sizes {
	uint32_t services, replies, ring, backends;
};

struct plan {
	const struct model *model;	/* not owned; must outlive the plan */
	struct plan_service *services;
	size_t n_services;
	struct plan_sizes sizes;	/* sizes.backends counts the unused 0 */
	bool ring_shrunk;		/* a service got fewer slots than asked */
};

/*
 * 0 and *out (plan_free() it); -ENOSPC where even the smallest rings do not fit
 * the limits, with a sentence for the user in why; -ENOMEM.
 */
int plan_build(const struct model *model, const struct plan_limits *limits,
	       struct plan **out, char *why, size_t why_size);
void plan_free(struct plan *plan);

/* What is behind an index of the backends map; NULL where nothing is. */
const struct plan_service *plan_service_of(const struct plan *plan,
					   uint32_t index);
const struct model_backend *plan_backend_of(const struct plan *plan,
					    uint32_t index);

#endif
