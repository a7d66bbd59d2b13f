/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where everything goes: which ring slots and backend indices each service
 * gets, which endpoints a bucket answers alone, how large each map must be, and
 * which features the program needs.  Pure: model and capabilities in, plan out.
 * It does not change with neighbours or health.
 */
#ifndef PLAN_H
#define PLAN_H

#include "tables/layout.h"
#include "model/model.h"

/* Where it is to run: what host or card can hold; 0 means no limit known. */
struct plan_limits {
	uint32_t map_entries;	/* of one map */
	uint64_t total_entries; /* of all maps together */
	const struct addr *own; /* this host's, not for any service */
	size_t n_own;
	/* Rows for more of them, where they come and go. */
	uint32_t spare_services;
};

/* Its index in the plan is its id in the maps. */
struct plan_service {
	const struct model_service *config;
	uint32_t ring_base;
	uint32_t ring_size;	/* may be smaller than asked for */
	uint32_t first_backend; /* of all; see plan.places */
	uint16_t flags;		/* LB_SERVICE_... */
	uint16_t sticky;	/* its number in flows; 0: none there */
};

/* Every map that a card holds too. */
enum plan_map {
	PLAN_VIPS,
	PLAN_SERVICES,
	PLAN_HOSTS,
	PLAN_REPLIES,
	PLAN_RING,
	PLAN_BACKENDS,
	PLAN_TUNNELS,
	PLAN_FILTERS,
	PLAN_PREFIXES,
	PLAN_QUIC_CONFIGS,
	PLAN_QUIC_IDS,
	PLAN_FLOWS,
	PLAN_BACKEND_STATS,
	PLAN_REASON_STATS,
	PLAN_MAPS,
};

/* How many entries each map needs; at least 1 each. */
struct plan_sizes {
	uint32_t vips, services, hosts, replies, ring, backends, tunnels;
	uint32_t filters, prefixes, quic_configs, quic_ids, flows;
	uint32_t places; /* of the map backends */
	uint32_t backend_stats, reason_stats;
};

/* What to say of LB_FEATURE_TELL, which a card does not have. */
#define PLAN_CARD_IS_SILENT                                                    \
	"a card tells nobody by ICMP that nobody serves or that the TTL "      \
	"ended ('unreachable: send'): it only drops such packets"

/* Families in what follows: 0 is IPv4, 1 is IPv6. */
#define PLAN_FAMILIES 2

struct plan {
	const struct model *model; /* not owned; must outlive the plan */
	struct plan_service *services;
	size_t n_services;
	struct layout vips, hosts; /* entries: those of services, replies */
	struct plan_sizes sizes;   /* sizes.backends counts the unused 0 */
	/*
	 * By backend: its index in the maps.  The same number, unless
	 * places_keep() gave it that which it had in the maps before.
	 */
	uint32_t *places;
	uint32_t features;	     /* 1 << LB_FEATURE_... that it needs */
	bool replies[PLAN_FAMILIES]; /* are translated, so want a gateway */
	bool ring_shrunk;	     /* a service got fewer slots than asked */
};

/*
 * 0 and *out (plan_free() it); -ENOSPC where even the smallest rings do not fit
 * the limits, with a sentence for the user in why; -ENOMEM.
 */
int plan_build(const struct model *model, const struct plan_limits *limits,
	       struct plan **out, char *why, size_t why_size);
void plan_free(struct plan *plan);

/* From now on of this model, which differs from its own in weights at most. */
void plan_follow(struct plan *plan, const struct model *model);

/* The name of a map, and how many entries it needs; of all maps together. */
const char *plan_map_name(enum plan_map map);
uint32_t plan_map_size(const struct plan_sizes *sizes, enum plan_map map);
void plan_set_map_size(struct plan_sizes *sizes, enum plan_map map, uint32_t n);
uint64_t plan_entries(const struct plan_sizes *sizes);

/* A backend by its number, 1 ... sizes.backends - 1; NULL: there is none. */
const struct plan_service *plan_service_of(const struct plan *plan,
					   uint32_t index);
const struct model_backend *plan_backend_of(const struct plan *plan,
					    uint32_t index);

/* The VIP of the first service whose replies are translated; NULL: none is. */
const struct addr *plan_reply_source(const struct model *model, size_t family);

/* Of a service; does not ask the model. */
uint32_t plan_n_backends(const struct plan *plan, size_t service);

/*
 * The lengths of the prefixes of a service in 128 bits, each once, from long to
 * short; how many.
 */
#define PLAN_LENGTHS_MAX 129
size_t plan_filter_lengths(const struct model_service *service,
			   uint8_t lengths[PLAN_LENGTHS_MAX]);

static inline size_t plan_family(const struct addr *address)
{
	return address->family == AF_INET6;
}

#endif
