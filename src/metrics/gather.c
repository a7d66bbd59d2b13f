/* SPDX-License-Identifier: GPL-2.0-only */
#include "metrics/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/breathe.h"
#include "base/log.h"
#include "base/monotime.h"
#include "model/match.h"
#include "net/nic.h"

static void tick_latency(struct gather *g)
{
	struct snapshot *s = &g->snapshot;

	if (!s->has_latency)
		return;
	memcpy(g->latency_before, g->latency_after, sizeof(g->latency_after));
	if (maps_read_latency(g->in->maps, g->latency_after))
		return;
	latency_summarise(g->latency_before, g->latency_after, &s->latency);
}

bool gather_tick(struct gather *g)
{
	bool settled;

	if (g->in->gone)
		return false;
	settled = g->gone_before && gather_settle(g);
	g->gone_before = g->now.carry.n_gone;
	sweep_begin(g, SWEEP_TICK);
	while (sweep_is_short(g) && sweep_step(g))
		;
	tick_latency(g);
	return settled;
}

bool gather_is_busy(const struct gather *g)
{
	return g->sweep.kind != SWEEP_NONE;
}

bool gather_step(struct gather *g)
{
	return sweep_step(g);
}

uint64_t gather_page(struct gather *g)
{
	sweep_begin(g, SWEEP_PAGE);
	return g->pages + 1;
}

void gather_copy_backends(struct gather *g, uint32_t first, uint32_t end)
{
	const struct instance *in = g->in;

	for (uint32_t i = first; i < end; i++) {
		struct snapshot_backend *b = &g->snapshot.backends[i];

		b->has_mac = in->hops.hop[i].known;
		memcpy(b->mac, in->hops.hop[i].mac, MAC_LEN);
		b->slots = instance_slots(in, i);
		b->up = b->slots > 0;
		b->draining = in->held[i] & INSTANCE_DRAINED;
		b->healthy = !(in->held[i] & INSTANCE_UNHEALTHY);
		b->flows = in->flows[i];
		control_health_status(g->health, i, &b->health);
	}
}

static void copy_state(struct gather *g)
{
	const struct instance *in = g->in;
	struct snapshot *s = &g->snapshot;

	for (size_t i = 0; i < PLAN_FAMILIES; i++)
		s->gateway_up[i] = hops_gateway_answers(&in->hops, i);
	for (int i = 1; i < HEALTH_LACKS; i++)
		s->skipped[i] =
			control_health_skipped(g->health, (enum health_lack)i);
	s->open = in->open;
	s->attached = in->attached && !in->gone;
	s->table_writes = in->writes;
	s->table_write_errors = in->write_errors;
	s->table_refused = instance_n_refused(in);
}

/* The counters have no entries that could be in use or not. */
static void list_maps(struct gather *g)
{
	const struct plan_sizes *sizes = &g->in->plan->sizes;
	struct snapshot *s = &g->snapshot;

	s->n_maps = 0;
	for (enum plan_map map = 0; map < PLAN_BACKEND_STATS; map++)
		s->maps[s->n_maps++] = (struct snapshot_map){
			.name = plan_map_name(map),
			.entries = tables_entries(g->in->tables, map),
			.capacity = plan_map_size(sizes, map),
		};
	s->maps[PLAN_FLOWS].entries = g->in->n_flows;
}

const struct snapshot *gather_last(struct gather *g)
{
	if (!g->in->gone && sweep_is_short(g))
		sweep_once(g);
	copy_state(g);
	return &g->snapshot;
}

const struct snapshot_backend *gather_backends(struct gather *g, uint32_t first,
					       uint32_t n)
{
	/* What cannot be read stays as it was read last. */
	if (!g->in->gone)
		sweep_backends(g, first, n);
	gather_copy_backends(g, first, first + n);
	return &g->snapshot.backends[first];
}

const struct snapshot *gather_link(struct gather *g)
{
	struct snapshot *s = &g->snapshot;
	int err;

	if (g->in->gone)
		return s;
	err = nl_link(g->in->nl, &s->link);
	if (err)
		log_warn("%s: reading the link's statistics: %s", s->interface,
			 strerror(-err));
	err = nic_read(g->in->name, &s->nic);
	if (err)
		log_warn("%s: reading the NIC's counters: %s", s->interface,
			 strerror(-err));
	return s;
}

int gather_snapshot(struct gather *g, uint64_t page,
		    const struct snapshot **out)
{
	if (g->pages < page)
		return -EAGAIN;
	if (g->page_err)
		return g->page_err;
	copy_state(g);
	list_maps(g);
	*out = gather_link(g);
	return 0;
}

const struct snapshot *gather_current(const struct gather *g)
{
	return &g->snapshot;
}

struct snapshot_events *gather_events(struct gather *g)
{
	return &g->snapshot.events;
}

const struct carry *gather_carry(const struct gather *g)
{
	return &g->now.carry;
}

static void describe(struct gather *g)
{
	const struct instance *in = g->in;
	struct snapshot *s = &g->snapshot;

	s->generation++;
	sweep_again(g);
	s->host = g->host;
	s->interface = in->model->interface;
	s->plan = in->plan;
	s->shown = in->model->metrics_shown;
	for (int i = 1; i < HEALTH_LACKS; i++)
		s->skipped[i] =
			control_health_skipped(g->health, (enum health_lack)i);
	s->open = in->open;
	s->cpus = g->now.cpus;
	s->backends = g->now.backends;
	s->services = g->now.services;
	s->mode = in->info.mode;
	s->prog_id = in->info.prog_id;
	s->prog_created = in->info.loaded_at;
	memcpy(s->attempts, in->attempts, sizeof(s->attempts));
	s->n_attempts = in->n_attempts;
	s->n_cpus = in->info.mode == MODE_HW ? 0 : maps_cpus(in->maps);
	s->has_latency = in->model->latency && in->info.mode != MODE_HW;
	if (in->info.mode == MODE_HW)
		s->no_latency_why = "the card has no clock";
	else if (!s->has_latency)
		s->no_latency_why = "off in the configuration";
}

static void free_arrays(struct arrays *a)
{
	carry_free(&a->carry);
	free(a->counters);
	free(a->processed);
	free(a->cpus_before);
	free(a->before);
	free(a->cpus);
	free(a->backends);
	free(a->services);
	memset(a, 0, sizeof(*a));
}

/* On the host as many as the maps have; one where they are on a card. */
static int make_arrays(struct arrays *a, const struct plan *plan, size_t cpus)
{
	const uint32_t n = plan->sizes.backends;

	memset(a, 0, sizeof(*a));
	a->counters = calloc(MAPS_READ_MAX * cpus, sizeof(*a->counters));
	a->processed = calloc(cpus, sizeof(*a->processed));
	a->cpus_before = calloc(cpus, sizeof(*a->cpus_before));
	a->cpus = calloc(cpus, sizeof(*a->cpus));
	a->before = calloc(n, sizeof(*a->before));
	a->backends = calloc(n, sizeof(*a->backends));
	a->services = calloc(plan->n_services + 1, sizeof(*a->services));
	if (a->counters && a->processed && a->cpus_before && a->cpus &&
	    a->before && a->backends && a->services &&
	    !carry_start(&a->carry, plan, cpus))
		return 0;
	free_arrays(a);
	return -ENOMEM;
}

/* All that was counted until now becomes what was counted before. */
static void close_books(struct gather *g)
{
	const struct snapshot *s = &g->snapshot;
	struct carry *carry = &g->now.carry;

	/* What cannot be read any more stays as it was read last. */
	gather_settle(g);
	sweep_once(g);
	for (size_t i = 1; i < carry->n_backends; i++)
		carry->backends[i].count = s->backends[i].count;
	for (size_t i = 0; i < LB_REASON_FORWARDED; i++)
		carry->reasons[i] = s->reasons[i];
	for (size_t i = LB_REASON_COUNT; i < LB_COUNT_END; i++)
		carry->reasons[i] = s->reasons[i];
	for (size_t i = 0; i < carry->n_cpus; i++)
		carry->cpus[i] = s->cpus[i].processed;
	sweep_add_nobody(g, &carry->reasons[LB_REASON_FORWARDED]);
}

int gather_prepare(struct gather *g, const struct instance *next)
{
	free_arrays(&g->next);
	return make_arrays(&g->next, next->plan, maps_cpus(g->in->maps));
}

struct heritage {
	struct carry *to;
	const struct carry *from;
};

static int inherit(void *arg)
{
	const struct heritage *h = arg;

	return carry_inherit(h->to, h->from);
}

void gather_move(struct gather *g, struct instance *next)
{
	struct heritage heritage = { &g->next.carry, &g->now.carry };

	close_books(g);
	if (breathe_during(inherit, &heritage))
		log_error("%s: the counters start anew: no memory",
			  g->snapshot.interface);
	free_arrays(&g->now);
	g->now = g->next;
	memset(&g->next, 0, sizeof(g->next));
	g->moving = false;
	g->in = next;
	memset(g->latency_before, 0, sizeof(g->latency_before));
	memset(g->latency_after, 0, sizeof(g->latency_after));
	describe(g);
	sweep_once(g);
	sweep_keep_for_rates(g);
}

void gather_health(struct gather *g, const struct control_health *health)
{
	g->health = health;
}

void gather_turns(struct gather *g, const struct turns *turns)
{
	g->snapshot.turns = turns;
}

void gather_follow(struct gather *g)
{
	gone_keep_checks(g);
	describe(g);
}

static void free_move(struct move *m)
{
	for (size_t i = 0; m->carried && i < m->n; i++)
		free(m->carried[i].name);
	free(m->carried);
	free(m->before);
	free(m->backends);
	free(m->from);
	free(m->gone);
	memset(m, 0, sizeof(*m));
}

static int name_new(struct move *m, const struct model *model)
{
	size_t next = 1;

	for (size_t i = 0; i < model->n_services; i++) {
		const struct model_service *service = &model->services[i];

		for (size_t k = 0; k < service->n_backends; k++, next++) {
			if (m->from[next])
				continue;
			m->carried[next].service = (uint32_t)i;
			m->carried[next].name =
				model_full_name(service, &service->backends[k]);
			if (!m->carried[next].name)
				return -ENOMEM;
		}
	}
	return 0;
}

int gather_prepare_move(struct gather *g, const struct model *model,
			const uint32_t *from)
{
	const size_t n = model_backends(model) + 1;
	struct move *m = &g->move;
	int err = -ENOMEM;

	free_move(m);
	*m = (struct move){
		.n = n,
		.from = calloc(n, sizeof(*m->from)),
		.before = calloc(n, sizeof(*m->before)),
		.backends = calloc(n, sizeof(*m->backends)),
		.carried = calloc(n, sizeof(*m->carried)),
	};
	if (m->from && m->before && m->backends && m->carried) {
		memcpy(m->from, from, n * sizeof(*from));
		err = name_new(m, model);
	}
	if (!err)
		err = gone_find(g, m);
	if (err)
		free_move(m);
	return err;
}

void gather_follow_move(struct gather *g)
{
	struct move *m = &g->move;

	for (size_t i = 1; i < m->n; i++) {
		if (!m->from[i])
			continue;
		m->before[i] = g->now.before[m->from[i]];
		m->backends[i] = g->now.backends[m->from[i]];
	}
	gone_keep_checks(g);
	carry_follow(&g->now.carry, m->carried, m->n, m->from);
	gone_follow(g, m);
	free(g->now.before);
	free(g->now.backends);
	g->now.before = m->before;
	g->now.backends = m->backends;
	m->carried = NULL;
	m->before = NULL;
	m->backends = NULL;
	free_move(m);
	describe(g);
}

int gather_open(struct gather **out, struct instance *in,
		const struct carry *before)
{
	struct gather *g = calloc(1, sizeof(*g));
	int err = -ENOMEM;

	*out = g;
	if (!g)
		return -ENOMEM;
	g->in = in;
	gethostname(g->host, sizeof(g->host) - 1);
	g->snapshot.start_time = monotime_wall();
	err = make_arrays(&g->now, in->plan, maps_cpus(in->maps));
	if (!err && before)
		err = carry_inherit(&g->now.carry, before);
	if (err) {
		gather_close(g);
		*out = NULL;
		return err;
	}
	describe(g);
	sweep_once(g);
	sweep_keep_for_rates(g);
	return 0;
}

void gather_close(struct gather *g)
{
	if (!g)
		return;
	nic_free(&g->snapshot.nic);
	free_move(&g->move);
	free_arrays(&g->now);
	free_arrays(&g->next);
	free(g);
}
