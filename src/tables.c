/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "ring.h"
#include "tables.h"

static struct lb_endpoint4 endpoint(const struct addr *address, uint16_t port)
{
	return (struct lb_endpoint4){
		.address = address->v4.s_addr,
		.port = htons(port),
	};
}

/* All ports are a range as well: that of the port which stands for them. */
static const struct model_ports *port_ranges(const struct model_service *config,
					     size_t *n)
{
	static const struct model_ports any = { 0, 0 };

	*n = config->all_ports ? 1 : config->n_ports;
	return config->all_ports ? &any : config->ports;
}

static void add_service(struct tables *t, const struct plan_service *service)
{
	const struct model_service *config = service->config;
	const struct lb_service value = {
		.ring_base = service->ring_base,
		.ring_mask = service->ring_size - 1,
		.balance = config->balance,
		.forward = config->forward,
	};
	size_t n;
	const struct model_ports *range = port_ranges(config, &n);

	for (; n; n--, range++)
		for (uint32_t port = range->first; port <= range->last; port++)
			t->services[t->n_services++] = (struct tables_service){
				.key = endpoint(&config->address, port),
				.value = value,
			};
}

/*
 * Where several ports of the VIP lead to one port of the backend, nothing in
 * its answer tells which of them was asked: the answer's port stays as it is.
 */
static uint16_t reply_port(const struct model_service *config)
{
	const struct model_ports *range = config->ports;

	if (config->n_ports != 1 || range->first != range->last)
		return 0;
	return htons(range->first);
}

static void add_replies_of(struct tables *t, const struct model_service *config,
			   const struct model_backend *backend,
			   const struct lb_target *value)
{
	const struct model_ports own = { backend->port, backend->port };
	size_t n = 1;
	const struct model_ports *range = &own;

	if (!backend->port)
		range = port_ranges(config, &n);
	for (; n; n--, range++)
		for (uint32_t port = range->first; port <= range->last; port++)
			t->replies[t->n_replies++] = (struct tables_reply){
				.key = endpoint(&backend->address, port),
				.value = *value,
			};
}

static void add_replies(struct tables *t, const struct model_service *config,
			const struct tables_hop *gateway)
{
	struct lb_target value = {
		.address = config->address.v4.s_addr,
		.port = reply_port(config),
	};

	if (config->forward != LB_FORWARD_NAT)
		return;
	if (gateway->known)
		memcpy(value.mac, gateway->mac, MAC_LEN);
	for (size_t i = 0; i < config->n_backends; i++)
		add_replies_of(t, config, &config->backends[i], &value);
}

static void add_backends(struct tables *t, const struct plan_service *service,
			 const struct tables_state *state)
{
	for (size_t i = 0; i < service->config->n_backends; i++) {
		const struct model_backend *config =
			&service->config->backends[i];
		const uint32_t index = service->first_backend + i;
		const struct tables_hop *hop = &state->backends[index];
		struct lb_target *backend = &t->backends[index];

		backend->address = config->address.v4.s_addr;
		backend->port = htons(config->port);
		if (hop->known)
			memcpy(backend->mac, hop->mac, MAC_LEN);
		t->serves[index] = hop->known && state->serves[index];
	}
}

/* The same on every node: what the configuration says, as it is on the wire. */
static uint64_t member_id(const struct model_backend *backend)
{
	const struct lb_endpoint4 e =
		endpoint(&backend->address, backend->port);

	return ring_id(&e, offsetof(struct lb_endpoint4, zero));
}

static int make_ring(struct tables *t, const struct plan_service *service)
{
	const size_t n = service->config->n_backends;
	uint32_t *slots = t->ring + service->ring_base;
	struct ring_member *members = calloc(n, sizeof(*members));
	int err;

	if (!members)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		members[i] = (struct ring_member){
			.id = member_id(&service->config->backends[i]),
			.weight = service->config->backends[i].weight,
			.serves = t->serves[service->first_backend + i],
		};
	err = ring_build(slots, service->ring_size, members, n);
	free(members);
	if (err)
		return err;
	for (uint32_t i = 0; i < service->ring_size; i++)
		slots[i] = slots[i] == RING_NOBODY
				   ? LB_NO_BACKEND
				   : service->first_backend + slots[i];
	return 0;
}

/* Making a ring takes milliseconds: worth avoiding with hundreds of them. */
static int add_ring(struct tables *t, const struct plan_service *service,
		    const struct tables *previous)
{
	const uint32_t first = service->first_backend;
	const size_t n = service->config->n_backends;

	if (!previous || memcmp(t->serves + first, previous->serves + first,
				n * sizeof(*t->serves)) != 0)
		return make_ring(t, service);
	memcpy(t->ring + service->ring_base,
	       previous->ring + service->ring_base,
	       service->ring_size * sizeof(*t->ring));
	return 0;
}

static int compare_keys(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct lb_endpoint4));
}

static int compare_replies(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct tables_reply));
}

/* A backend that is in several services of a VIP has one reply all the same. */
static void drop_same_replies(struct tables *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n_replies; i++)
		if (!kept ||
		    compare_keys(&t->replies[kept - 1], &t->replies[i]) != 0)
			t->replies[kept++] = t->replies[i];
	t->n_replies = kept;
}

static struct tables *tables_alloc(const struct plan *plan)
{
	const struct plan_sizes *sizes = &plan->sizes;
	struct tables *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->plan = plan;
	t->n_ring = sizes->ring;
	t->n_backends = sizes->backends;
	t->services = calloc(sizes->services, sizeof(*t->services));
	t->replies = calloc(sizes->replies, sizeof(*t->replies));
	t->ring = calloc(sizes->ring, sizeof(*t->ring));
	t->backends = calloc(sizes->backends, sizeof(*t->backends));
	t->serves = calloc(sizes->backends, sizeof(*t->serves));
	if (t->services && t->replies && t->ring && t->backends && t->serves)
		return t;
	tables_free(t);
	return NULL;
}

static int build(const struct plan *plan, const struct tables_state *state,
		 const struct tables *previous, struct tables **out)
{
	struct tables *t = tables_alloc(plan);
	int err = t ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < plan->n_services; i++) {
		add_service(t, &plan->services[i]);
		add_replies(t, plan->services[i].config, &state->gateway);
		add_backends(t, &plan->services[i], state);
		err = add_ring(t, &plan->services[i], previous);
	}
	if (err) {
		tables_free(t);
		return err;
	}
	qsort(t->services, t->n_services, sizeof(*t->services), compare_keys);
	qsort(t->replies, t->n_replies, sizeof(*t->replies), compare_replies);
	drop_same_replies(t);
	*out = t;
	return 0;
}

int tables_build(const struct plan *plan, const struct tables_state *state,
		 struct tables **out)
{
	return build(plan, state, NULL, out);
}

int tables_rebuild(const struct tables *previous,
		   const struct tables_state *state, struct tables **out)
{
	return build(previous->plan, state, previous, out);
}

void tables_free(struct tables *tables)
{
	if (!tables)
		return;
	free(tables->services);
	free(tables->replies);
	free(tables->ring);
	free(tables->backends);
	free(tables->serves);
	free(tables);
}

/* The hash maps, whose rows are sorted: a key, then its value. */
struct rows {
	const uint8_t *first;
	size_t n, size;
};

struct diff {
	const struct tables *from, *to;
	tables_emit_fn emit;
	void *arg;
};

static struct rows rows_of(const struct tables *t, enum tables_map map)
{
	if (map == TABLES_SERVICES)
		return (struct rows){ (const uint8_t *)t->services,
				      t->n_services, sizeof(*t->services) };
	return (struct rows){ (const uint8_t *)t->replies, t->n_replies,
			      sizeof(*t->replies) };
}

/* The row that has this key, or NULL; *at only ever moves on. */
static const uint8_t *find_row(const struct rows *rows, size_t *at,
			       const uint8_t *key)
{
	const uint8_t *row = NULL;
	int order = -1;

	for (; *at < rows->n; ++*at) {
		row = rows->first + *at * rows->size;
		order = compare_keys(row, key);
		if (order >= 0)
			break;
	}
	return order ? NULL : row;
}

static int emit_changed_rows(const struct diff *d, enum tables_map map)
{
	const struct rows from = rows_of(d->from, map),
			  to = rows_of(d->to, map);
	size_t at = 0;
	int err = 0;

	for (size_t i = 0; !err && i < to.n; i++) {
		const uint8_t *row = to.first + i * to.size;
		const uint8_t *old = find_row(&from, &at, row);
		const struct tables_op op = {
			map, row, row + sizeof(struct lb_endpoint4)
		};

		if (!old || memcmp(old, row, to.size) != 0)
			err = d->emit(d->arg, &op);
	}
	return err;
}

static int emit_gone_rows(const struct diff *d, enum tables_map map)
{
	const struct rows from = rows_of(d->from, map),
			  to = rows_of(d->to, map);
	size_t at = 0;
	int err = 0;

	for (size_t i = 0; !err && i < from.n; i++) {
		const uint8_t *row = from.first + i * from.size;
		const struct tables_op op = { map, row, NULL };

		if (!find_row(&to, &at, row))
			err = d->emit(d->arg, &op);
	}
	return err;
}

/* The slots from "begin" up to "end" that differ. */
static int emit_slots(const struct diff *d, uint32_t begin, uint32_t end)
{
	const struct tables *from = d->from, *to = d->to;
	int err = 0;

	for (uint32_t i = begin; !err && i < end; i++) {
		uint32_t old = i < from->n_ring ? from->ring[i] : LB_NO_BACKEND;
		uint32_t new = i < to->n_ring ? to->ring[i] : LB_NO_BACKEND;
		const struct tables_op op = { TABLES_RING, &i, &new };

		if (old != new)
			err = d->emit(d->arg, &op);
	}
	return err;
}

static const struct lb_target *backend_at(const struct tables *t,
					   uint32_t index)
{
	static const struct lb_target none;

	return index < t->n_backends ? &t->backends[index] : &none;
}

/* The backends that differ and, now, have a MAC or have none. */
static int emit_backends(const struct diff *d, bool with_mac)
{
	static const uint8_t no_mac[MAC_LEN];
	int err = 0;

	for (uint32_t i = 0;
	     !err && (i < d->from->n_backends || i < d->to->n_backends); i++) {
		const struct lb_target *old = backend_at(d->from, i);
		const struct lb_target *new = backend_at(d->to, i);
		const struct tables_op op = { TABLES_BACKENDS, &i, new };

		if (with_mac == (memcmp(new->mac, no_mac, MAC_LEN) == 0))
			continue;
		if (memcmp(old, new, sizeof(*new)) != 0)
			err = d->emit(d->arg, &op);
	}
	return err;
}

int tables_diff(const struct tables *from, const struct tables *to,
		tables_emit_fn emit, void *arg)
{
	static const struct tables created;
	const struct diff d = { from ? from : &created, to, emit, arg };
	int err;

	err = emit_backends(&d, true);
	if (!err)
		err = emit_slots(&d, 0, to->n_ring);
	if (!err)
		err = emit_changed_rows(&d, TABLES_REPLIES);
	if (!err)
		err = emit_changed_rows(&d, TABLES_SERVICES);
	if (!err)
		err = emit_gone_rows(&d, TABLES_SERVICES);
	if (!err)
		err = emit_gone_rows(&d, TABLES_REPLIES);
	if (!err)
		err = emit_slots(&d, to->n_ring, d.from->n_ring);
	if (!err)
		err = emit_backends(&d, false);
	return err;
}
