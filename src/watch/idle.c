/* SPDX-License-Identifier: GPL-2.0-only */
#include "watch/idle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tables/ring.h"

#define ROOM_MIN      4096 /* a power of two */
#define PERIOD_MIN_MS 1000
#define PERIOD_MAX_MS 15000

struct seen {
	uint64_t hash; /* 0: none here */
	uint32_t packets;
	uint32_t since_ms;
};

/* Open addressing; at most three quarters are in use. */
struct table {
	struct seen *seen;
	size_t size, used; /* size: a power of two, or 0 */
};

/* Of a place in the maps. */
struct owner {
	uint32_t backend; /* 0: nobody's */
	uint16_t sticky;
	uint32_t idle_ms;
};

struct counts {
	uint32_t *by_backend;
	uint32_t n, total;
};

struct flows {
	struct table before, now;
	struct owner *owners;
	uint32_t n_owners;
	struct counts last, current;
};

int flows_new(struct flows **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? 0 : -ENOMEM;
}

static void end_pass(struct flows *flows)
{
	free(flows->now.seen);
	free(flows->owners);
	free(flows->current.by_backend);
	flows->now = (struct table){ .size = 0 };
	flows->owners = NULL;
	flows->n_owners = 0;
	flows->current = (struct counts){ .n = 0 };
}

void flows_free(struct flows *flows)
{
	if (!flows)
		return;
	end_pass(flows);
	free(flows->before.seen);
	free(flows->last.by_backend);
	free(flows);
}

static void set_owners(struct flows *flows, const struct plan *plan)
{
	for (uint32_t i = 1; i < plan->sizes.backends; i++) {
		const struct plan_service *service = plan_service_of(plan, i);

		flows->owners[plan->places[i]] = (struct owner){
			.backend = i,
			.sticky = service->sticky,
			.idle_ms = service->config->sticky_s * 1000,
		};
	}
}

int flows_begin(struct flows *flows, const struct plan *plan)
{
	size_t room = ROOM_MIN;

	end_pass(flows);
	while (room < 4 * flows->before.used)
		room *= 2;
	flows->now.seen = calloc(room, sizeof(*flows->now.seen));
	flows->owners = calloc(plan->sizes.places, sizeof(*flows->owners));
	flows->current.by_backend = calloc(plan->sizes.backends,
					   sizeof(*flows->current.by_backend));
	if (!flows->now.seen || !flows->owners || !flows->current.by_backend) {
		end_pass(flows);
		return -ENOMEM;
	}
	flows->now.size = room;
	flows->n_owners = plan->sizes.places;
	flows->current.n = plan->sizes.backends;
	set_owners(flows, plan);
	return 0;
}

static uint64_t hash_of(const struct lb_flow *key, uint32_t backend)
{
	struct {
		struct lb_flow key;
		uint32_t backend;
	} what = { *key, backend };

	return ring_id(&what, sizeof(what)) | 1;
}

/* Where it is, or could be; NULL: of a table that does not exist. */
static struct seen *find(const struct table *table, uint64_t hash)
{
	size_t at = hash >> 8;

	if (!table->size)
		return NULL;
	for (;; at++) {
		struct seen *seen = &table->seen[at & (table->size - 1)];

		if (!seen->hash || seen->hash == hash)
			return seen;
	}
}

/* Who finds no room is new again in the next pass, in which there is more. */
static void keep(struct table *table, const struct seen *what)
{
	struct seen *at = find(table, what->hash);

	if (!at || (!at->hash && table->used >= table->size / 4 * 3))
		return;
	table->used += !at->hash;
	*at = *what;
}

static const struct owner *owner_of(const struct flows *flows,
				    const struct lb_flow *key,
				    const struct lb_flow_state *state)
{
	const struct owner *owner;

	if (state->backend >= flows->n_owners)
		return NULL;
	owner = &flows->owners[state->backend];
	return owner->backend && owner->sticky == key->service ? owner : NULL;
}

enum flows_verdict flows_see(struct flows *flows, const struct lb_flow *key,
			     const struct lb_flow_state *state, uint32_t now_ms)
{
	const struct owner *owner = owner_of(flows, key, state);
	struct seen seen = {
		.hash = hash_of(key, state->backend),
		.packets = (uint32_t)state->packets,
		.since_ms = now_ms,
	};
	const struct seen *before = find(&flows->before, seen.hash);

	if (!owner || !owner->sticky)
		return FLOWS_OF_NOBODY;
	if (before && before->hash && before->packets == seen.packets)
		seen.since_ms = before->since_ms;
	if (now_ms - seen.since_ms >= owner->idle_ms)
		return FLOWS_IDLE;
	keep(&flows->now, &seen);
	flows->current.by_backend[owner->backend]++;
	flows->current.total++;
	return FLOWS_IN_USE;
}

void flows_end(struct flows *flows)
{
	free(flows->before.seen);
	free(flows->last.by_backend);
	flows->before = flows->now;
	flows->last = flows->current;
	flows->now = (struct table){ .size = 0 };
	flows->current = (struct counts){ .n = 0 };
	end_pass(flows);
}

uint32_t flows_of_backend(const struct flows *flows, uint32_t backend)
{
	return backend < flows->last.n ? flows->last.by_backend[backend] : 0;
}

uint32_t flows_total(const struct flows *flows)
{
	return flows->last.total;
}

uint32_t flows_period_ms(const struct plan *plan)
{
	uint32_t period = PERIOD_MAX_MS;

	for (size_t i = 0; i < plan->n_services; i++) {
		uint32_t idle_s = plan->services[i].config->sticky_s;

		if (idle_s && idle_s * 1000 / 4 < period)
			period = idle_s * 1000 / 4;
	}
	return period > PERIOD_MIN_MS ? period : PERIOD_MIN_MS;
}
