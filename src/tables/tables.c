/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/breathe.h"
#include "tables/ring.h"
#include "tables/fill.h"

/* The same on every node: what the configuration says, as it is on the wire. */
static uint64_t member_id(const struct model_backend *backend)
{
	const size_t length = backend->address.family == AF_INET6
				      ? sizeof(backend->address.v6)
				      : sizeof(backend->address.v4);
	const uint16_t port = htons(backend->port);
	uint8_t id[sizeof(backend->address.bytes) + sizeof(port)];

	memcpy(id, backend->address.bytes, length);
	memcpy(id + length, &port, sizeof(port));
	return ring_id(id, length + sizeof(port));
}

static int fill_slots(const struct tables *t,
		      const struct plan_service *service, uint32_t *slots,
		      uint32_t **base)
{
	const size_t n = service->config->n_backends;
	struct ring_member *members = calloc(n, sizeof(*members));
	int err;

	if (!members)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		members[i] = (struct ring_member){
			.id = member_id(&service->config->backends[i]),
			.weight = t->weights[service->first_backend + i],
			.serves = t->serves[service->first_backend + i],
		};
	err = ring_build(slots, service->ring_size, members, n, base);
	free(members);
	return err;
}

/* slots[] gets places, and owned[] how many are whose. */
static int fill_ring(struct tables *t, const struct plan_service *service,
		     uint32_t *slots, uint32_t **base)
{
	int err = fill_slots(t, service, slots, base);

	if (err)
		return err;
	memset(t->owned + service->first_backend, 0,
	       service->config->n_backends * sizeof(*t->owned));
	for (uint32_t i = 0; i < service->ring_size; i++) {
		uint32_t *slot = &slots[i];

		if (*slot == RING_NOBODY) {
			*slot = LB_NO_BACKEND;
			continue;
		}
		*slot += service->first_backend;
		t->owned[*slot]++;
		*slot = t->plan->places[*slot];
	}
	return 0;
}

/* base: NULL, or that of the same members; it is the ring's from now on. */
static int make_ring(struct tables *t, size_t at, uint32_t *base)
{
	const struct plan_service *service = &t->plan->services[at];
	struct tables_ring *ring = malloc(
		sizeof(*ring) + service->ring_size * sizeof(*ring->slots));

	if (!ring) {
		free(base);
		return -ENOMEM;
	}
	ring->users = 1;
	ring->partial = false;
	ring->base = base;
	t->rings[at] = ring;
	return fill_ring(t, service, ring->slots, &ring->base);
}

static void share_ring(struct tables *t, size_t at,
		       const struct tables *previous)
{
	const uint32_t first = t->plan->services[at].first_backend;
	const uint32_t old = previous->plan->services[at].first_backend;

	t->rings[at] = previous->rings[at];
	t->rings[at]->users++;
	memcpy(t->owned + first, previous->owned + old,
	       plan_n_backends(t->plan, at) * sizeof(*t->owned));
}

/* Who has the same place in the maps is the same backend. */
static bool has_same_members(const struct tables *a, const struct tables *b,
			     size_t at)
{
	const struct plan_service *x = &a->plan->services[at];
	const struct plan_service *y = &b->plan->services[at];
	const uint32_t i = x->first_backend, k = y->first_backend;
	const size_t n = plan_n_backends(a->plan, at);

	return x->ring_size == y->ring_size &&
	       n == plan_n_backends(b->plan, at) &&
	       !memcmp(a->weights + i, b->weights + k,
		       n * sizeof(*a->weights)) &&
	       !memcmp(a->plan->places + i, b->plan->places + k,
		       n * sizeof(*a->plan->places));
}

/* The same of them serve. */
static bool is_same_ring(const struct tables *a, const struct tables *b,
			 size_t at)
{
	return !b->rings[at]->partial &&
	       !memcmp(a->serves + a->plan->services[at].first_backend,
		       b->serves + b->plan->services[at].first_backend,
		       plan_n_backends(a->plan, at) * sizeof(*a->serves));
}

static uint32_t *take_base(struct tables_ring *ring)
{
	uint32_t *base = ring->base;

	ring->base = NULL;
	return base;
}

/* Making a ring takes milliseconds: worth avoiding with hundreds of them. */
static int add_ring(struct tables *t, size_t at, const struct tables *previous)
{
	if (!previous || !has_same_members(t, previous, at))
		return make_ring(t, at, NULL);
	if (!is_same_ring(t, previous, at))
		return make_ring(t, at, take_base(previous->rings[at]));
	share_ring(t, at, previous);
	return 0;
}

static int alloc_rows(struct tables *t)
{
	const struct plan_sizes *sizes = &t->plan->sizes;

	t->services = calloc(sizes->services, sizeof(*t->services));
	t->replies = calloc(sizes->replies, sizeof(*t->replies));
	t->prefixes = calloc(sizes->prefixes, sizeof(*t->prefixes));
	t->quic_ids = calloc(sizes->quic_ids, sizeof(*t->quic_ids));
	if (!t->services || !t->replies || !t->prefixes || !t->quic_ids)
		return -ENOMEM;
	return 0;
}

static int alloc_arrays(struct tables *t)
{
	const struct plan_sizes *sizes = &t->plan->sizes;

	t->rings = calloc(t->plan->n_services, sizeof(*t->rings));
	t->serves = calloc(sizes->backends, sizeof(*t->serves));
	t->weights = calloc(sizes->backends, sizeof(*t->weights));
	t->owned = calloc(sizes->backends, sizeof(*t->owned));
	t->backends = calloc(sizes->places, sizeof(*t->backends));
	t->vips = calloc(sizes->vips, sizeof(*t->vips));
	t->hosts = calloc(sizes->hosts, sizeof(*t->hosts));
	t->filters = calloc(sizes->filters, sizeof(*t->filters));
	t->quic_configs = calloc(sizes->quic_configs, sizeof(*t->quic_configs));
	if (!t->rings || !t->serves || !t->weights || !t->owned ||
	    !t->backends || !t->vips || !t->hosts || !t->filters ||
	    !t->quic_configs)
		return -ENOMEM;
	return 0;
}

static void fill(struct tables *t, const struct tables_state *state)
{
	tables_fill_services(t);
	tables_fill_replies(t, state);
	tables_fill_backends(t, state);
	tables_fill_tunnels(t, state);
	tables_fill_filters(t);
	tables_fill_quic(t, state);
}

static int build(const struct plan *plan, const struct tables_state *state,
		 const struct tables *previous, struct tables **out)
{
	struct tables *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return -ENOMEM;
	t->plan = plan;
	err = alloc_arrays(t);
	if (!err)
		err = alloc_rows(t);
	if (!err)
		fill(t, state);
	for (size_t i = 0; !err && i < plan->n_services; i++)
		err = breathe() ?: add_ring(t, i, previous);
	if (err) {
		tables_free(t);
		return err;
	}
	*out = t;
	return 0;
}

int tables_build(const struct plan *plan, const struct tables_state *state,
		 struct tables **out)
{
	return build(plan, state, NULL, out);
}

int tables_rebuild(const struct tables *previous, const struct plan *plan,
		   const struct tables_state *state, struct tables **out)
{
	return build(plan, state, previous, out);
}

static void drop_base(struct tables_ring *ring)
{
	free(ring->base);
	ring->base = NULL;
}

/* What the ring is made of, as it is now; whether that differs. */
static bool weigh(struct tables *t, size_t at, const struct tables_state *state)
{
	const struct plan_service *service = &t->plan->services[at];
	bool differs = false;

	for (size_t i = 0; i < service->config->n_backends; i++) {
		const uint32_t index = service->first_backend + (uint32_t)i;
		const uint16_t weight = tables_weight(
			state, index, &service->config->backends[i]);
		const bool serves =
			state->backends[index].known && state->serves[index];

		if (t->weights[index] != weight)
			drop_base(t->rings[at]);
		differs |= t->weights[index] != weight ||
			   t->serves[index] != serves;
		t->weights[index] = weight;
		t->serves[index] = serves;
	}
	return differs;
}

int tables_reweigh(struct tables *t, size_t at,
		   const struct tables_state *state, tables_emit_fn emit,
		   void *arg)
{
	const struct plan_service *service = &t->plan->services[at];
	struct tables_ring *ring = t->rings[at];
	uint32_t *slots;
	int err;

	if (!weigh(t, at, state) && !ring->partial)
		return 0;
	ring->partial = true;
	slots = malloc(service->ring_size * sizeof(*slots));
	err = slots ? fill_ring(t, service, slots, &ring->base) : -ENOMEM;
	for (uint32_t i = 0; !err && i < service->ring_size; i++) {
		const uint32_t slot = service->ring_base + i;
		const struct tables_op op = { PLAN_RING, &slot, &slots[i] };

		if (slots[i] == ring->slots[i])
			continue;
		err = emit(arg, &op);
		if (!err)
			ring->slots[i] = slots[i];
	}
	free(slots);
	ring->partial = err != 0;
	return err;
}

static void free_rings(struct tables *t)
{
	for (size_t i = 0; t->rings && i < t->plan->n_services; i++)
		if (t->rings[i] && !--t->rings[i]->users) {
			drop_base(t->rings[i]);
			free(t->rings[i]);
		}
	free(t->rings);
}

void tables_free(struct tables *tables)
{
	if (!tables)
		return;
	free_rings(tables);
	free(tables->serves);
	free(tables->weights);
	free(tables->owned);
	free(tables->backends);
	free(tables->vips);
	free(tables->hosts);
	free(tables->filters);
	free(tables->quic_configs);
	free(tables->services);
	free(tables->replies);
	free(tables->prefixes);
	free(tables->quic_ids);
	free(tables->refused.list);
	free(tables);
}

static uint32_t count_filters(const struct tables *t)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->plan->sizes.filters; i++)
		n += t->filters[i].length != 0;
	return n;
}

static uint32_t count_quic_configs(const struct tables *t)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->plan->sizes.quic_configs; i++)
		n += t->quic_configs[i].length != 0;
	return n;
}

uint32_t tables_entries(const struct tables *tables, enum plan_map map)
{
	switch (map) {
	case PLAN_VIPS:
		return (uint32_t)tables->plan->vips.n_buckets;
	case PLAN_HOSTS:
		return (uint32_t)tables->plan->hosts.n_buckets;
	case PLAN_SERVICES:
		return (uint32_t)tables->n_services;
	case PLAN_REPLIES:
		return (uint32_t)tables->n_replies;
	case PLAN_PREFIXES:
		return (uint32_t)tables->n_prefixes;
	case PLAN_QUIC_IDS:
		return (uint32_t)tables->n_quic_ids;
	case PLAN_FILTERS:
		return count_filters(tables);
	case PLAN_QUIC_CONFIGS:
		return count_quic_configs(tables);
	case PLAN_TUNNELS:
		return tables->plan->features & 1U << LB_FEATURE_TUNNEL
			       ? LB_TUNNELS
			       : 0;
	default:
		return plan_map_size(&tables->plan->sizes, map);
	}
}
