/* SPDX-License-Identifier: GPL-2.0-only */
#include "metrics/gather.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/monotime.h"
#include "model/match.h"
#include "net/nic.h"

/* What has the size of the plan or of the CPUs. */
struct arrays {
	struct carry carry;	     /* counted before the maps in use */
	struct lb_counter *counters; /* of MAPS_READ_MAX readings, by CPU */
	uint64_t *processed;	     /* per CPU, while being summed up */
	uint64_t *cpus_before;	     /* the same, at the last tick */
	struct lb_counter *before;   /* by backend, at the last tick */
	struct snapshot_cpu *cpus;
	struct snapshot_backend *backends;
};

/* What has the size of the plan, for another plan of the same maps. */
struct move {
	uint32_t *from; /* by backend: what it was; 0: new */
	size_t n;
	struct lb_counter *before;
	struct snapshot_backend *backends;
	struct carry_backend *carried;
	uint32_t *gone; /* as the gather's, with those that go */
	size_t n_gone;
};

struct gather {
	struct instance *in;
	const struct control_health *health; /* NULL: nothing is known */
	struct snapshot snapshot;	     /* has pointers into now */
	char host[256];
	struct arrays now, next;
	struct lb_counter reasons_before[LB_COUNT_END];
	double before_time;
	uint64_t latency_before[LB_LATENCY_BUCKETS];
	uint64_t latency_after[LB_LATENCY_BUCKETS];
	struct move move;
	uint32_t *gone; /* places of backends that went, but may still count */
	size_t n_gone;
	bool gone_before; /* the tick before this one */
	bool failing;	  /* said so already */
};

/* Adds a reading; also to the CPUs where packets were processed. */
static struct lb_counter sum_up(struct gather *g, size_t reading,
				struct lb_counter sum, bool processed)
{
	const struct lb_counter *counters =
		&g->now.counters[reading * maps_cpus(g->in->maps)];

	for (size_t cpu = 0; cpu < maps_cpus(g->in->maps); cpu++) {
		sum.packets += counters[cpu].packets;
		sum.bytes += counters[cpu].bytes;
		if (processed)
			g->now.processed[cpu] += counters[cpu].packets;
	}
	return sum;
}

static int read_reasons(struct gather *g)
{
	struct snapshot *s = &g->snapshot;
	int err;

	for (uint32_t i = 0; i < LB_REASON_FORWARDED; i++) {
		err = maps_read_reason(g->in->maps, i, g->now.counters);
		if (err)
			return err;
		s->reasons[i] = sum_up(g, 0, g->now.carry.reasons[i],
				       i >= LB_REASON_FIRST_DROP);
	}
	return 0;
}

/* Counted besides. */
static int read_flows_full(struct gather *g)
{
	const uint32_t full = LB_COUNT_FLOWS_FULL;
	int err = maps_read_reason(g->in->maps, full, g->now.counters);

	if (!err)
		g->snapshot.reasons[full] =
			sum_up(g, 0, g->now.carry.reasons[full], false);
	return err;
}

/* How many backends from this one on have their places in a row. */
static uint32_t run_of_places(const struct plan *plan, uint32_t index,
			      uint32_t end)
{
	uint32_t n = 1;

	while (n < MAPS_READ_MAX && index + n < end &&
	       plan->places[index + n] == plan->places[index] + n)
		n++;
	return n;
}

/* Who is gone is in no list, and in all sums. */
static int read_gone(struct gather *g, struct lb_counter *sum)
{
	int err = 0;

	for (size_t i = 0; !err && i < g->n_gone; i++) {
		err = maps_read_backend(g->in->maps, g->gone[i],
					g->now.counters);
		if (!err)
			*sum = sum_up(g, 0, *sum, true);
	}
	return err;
}

/* So many backends from this one on, whose places are in a row. */
static int read_run(struct gather *g, uint32_t first, uint32_t n)
{
	int err = maps_read_backends(g->in->maps, g->in->plan->places[first], n,
				     g->now.counters);

	for (uint32_t i = 0; !err && i < n; i++)
		g->snapshot.backends[first + i].count = sum_up(
			g, i, g->now.carry.backends[first + i].count, true);
	return err;
}

/* A forwarded packet is counted with its backend only; see lb_abi.h. */
static int read_backends(struct gather *g)
{
	const struct plan *plan = g->in->plan;
	struct snapshot *s = &g->snapshot;
	struct lb_counter sum = g->now.carry.reasons[LB_REASON_FORWARDED];
	int err = read_gone(g, &sum);

	for (uint32_t i = 1, n; !err && i < plan->sizes.backends; i += n) {
		n = run_of_places(plan, i, plan->sizes.backends);
		err = read_run(g, i, n);
	}
	for (uint32_t i = 1; !err && i < plan->sizes.backends; i++) {
		sum.packets += s->backends[i].count.packets;
		sum.bytes += s->backends[i].count.bytes;
	}
	if (!err)
		s->reasons[LB_REASON_FORWARDED] = sum;
	return err;
}

static int read_counters(struct gather *g)
{
	struct snapshot *s = &g->snapshot;
	size_t cpus = maps_cpus(g->in->maps);
	int err;

	for (size_t cpu = 0; cpu < cpus; cpu++)
		g->now.processed[cpu] = g->now.carry.cpus[cpu];
	err = read_reasons(g);
	if (!err)
		err = read_flows_full(g);
	if (!err)
		err = read_backends(g);
	s->total.processed = err ? s->total.processed : 0;
	for (size_t cpu = 0; !err && cpu < cpus; cpu++) {
		s->cpus[cpu].processed = g->now.processed[cpu];
		s->total.processed += s->cpus[cpu].processed;
	}
	if (err && !g->failing)
		log_error("%s: reading the counters: %s", s->interface,
			  strerror(-err));
	g->failing = err != 0;
	return err;
}

static struct snapshot_rate rate_of(const struct lb_counter *before,
				    const struct lb_counter *now,
				    double elapsed)
{
	return (struct snapshot_rate){
		.packets = (double)(now->packets - before->packets) / elapsed,
		.bytes = (double)(now->bytes - before->bytes) / elapsed,
	};
}

static void tick_rates(struct gather *g, double elapsed)
{
	struct snapshot *s = &g->snapshot;
	struct snapshot_cpu *cpu;

	s->total.rate = 0;
	for (size_t i = 0; i < maps_cpus(g->in->maps); i++) {
		cpu = &s->cpus[i];
		cpu->rate = (double)(cpu->processed - g->now.cpus_before[i]) /
			    elapsed;
		s->total.rate += cpu->rate;
	}
	for (uint32_t i = 1; i < g->in->plan->sizes.backends; i++)
		s->backends[i].rate = rate_of(&g->now.before[i],
					      &s->backends[i].count, elapsed);
	for (size_t i = 0; i < LB_REASON_COUNT; i++)
		s->rates[i] =
			rate_of(&g->reasons_before[i], &s->reasons[i], elapsed);
}

/* From here on the next rates are counted. */
static void keep_for_rates(struct gather *g)
{
	const struct snapshot *s = &g->snapshot;

	for (size_t i = 0; i < maps_cpus(g->in->maps); i++)
		g->now.cpus_before[i] = s->cpus[i].processed;
	for (uint32_t i = 1; i < g->in->plan->sizes.backends; i++)
		g->now.before[i] = s->backends[i].count;
	memcpy(g->reasons_before, s->reasons, sizeof(g->reasons_before));
	g->before_time = monotime_now();
}

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

void gather_settle(struct gather *g)
{
	for (size_t i = 0; i < g->n_gone; i++)
		if (!maps_read_backend(g->in->maps, g->gone[i],
				       g->now.counters))
			carry_add_gone(&g->now.carry, g->now.counters,
				       maps_cpus(g->in->maps));
	free(g->gone);
	g->gone = NULL;
	g->n_gone = 0;
}

void gather_tick(struct gather *g)
{
	double now = monotime_now();

	if (g->in->gone)
		return;
	if (g->gone_before)
		gather_settle(g);
	g->gone_before = g->n_gone;
	if (!read_counters(g)) {
		tick_rates(g, now - g->before_time);
		keep_for_rates(g);
	}
	tick_latency(g);
}

static void copy_backends(struct gather *g, uint32_t first, uint32_t end)
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
	if (!g->in->gone)
		read_counters(g);
	copy_state(g);
	return &g->snapshot;
}

const struct snapshot_backend *gather_backends(struct gather *g, uint32_t first,
					       uint32_t n)
{
	const uint32_t end = first + n;

	/* What cannot be read stays as it was read last. */
	for (uint32_t i = first, run; !g->in->gone && i < end; i += run) {
		run = run_of_places(g->in->plan, i, end);
		if (read_run(g, i, run))
			break;
	}
	copy_backends(g, first, end);
	return &g->snapshot.backends[first];
}

const struct snapshot *gather_snapshot(struct gather *g)
{
	struct snapshot *s = &g->snapshot;
	int err;

	if (!g->in->gone && read_counters(g))
		return NULL;
	copy_state(g);
	copy_backends(g, 1, g->in->plan->sizes.backends);
	list_maps(g);
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

	s->host = g->host;
	s->interface = in->model->interface;
	s->plan = in->plan;
	s->cpus = g->now.cpus;
	s->backends = g->now.backends;
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
	if (a->counters && a->processed && a->cpus_before && a->cpus &&
	    a->before && a->backends && !carry_start(&a->carry, plan, cpus))
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
	read_counters(g);
	for (size_t i = 1; i < carry->n_backends; i++)
		carry->backends[i].count = s->backends[i].count;
	for (size_t i = 0; i < LB_REASON_FORWARDED; i++)
		carry->reasons[i] = s->reasons[i];
	carry->reasons[LB_COUNT_FLOWS_FULL] = s->reasons[LB_COUNT_FLOWS_FULL];
	for (size_t i = 0; i < carry->n_cpus; i++)
		carry->cpus[i] = s->cpus[i].processed;
}

int gather_prepare(struct gather *g, const struct instance *next)
{
	free_arrays(&g->next);
	return make_arrays(&g->next, next->plan, maps_cpus(g->in->maps));
}

void gather_move(struct gather *g, struct instance *next)
{
	close_books(g);
	if (carry_inherit(&g->next.carry, &g->now.carry))
		log_error("%s: the counters start anew: no memory",
			  g->snapshot.interface);
	free_arrays(&g->now);
	g->now = g->next;
	memset(&g->next, 0, sizeof(g->next));
	g->in = next;
	memset(g->latency_before, 0, sizeof(g->latency_before));
	memset(g->latency_after, 0, sizeof(g->latency_after));
	describe(g);
	read_counters(g);
	keep_for_rates(g);
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
			m->carried[next].name =
				model_full_name(service, &service->backends[k]);
			if (!m->carried[next].name)
				return -ENOMEM;
		}
	}
	return 0;
}

/* Those that no backend of the next plan comes from. */
static int find_gone(const struct gather *g, struct move *m)
{
	const struct plan *plan = g->in->plan;
	bool *stays = calloc(plan->sizes.backends, sizeof(*stays));

	m->gone = calloc(g->n_gone + plan->sizes.backends, sizeof(*m->gone));
	if (!stays || !m->gone) {
		free(stays);
		return -ENOMEM;
	}
	for (size_t i = 0; i < g->n_gone; i++)
		m->gone[m->n_gone++] = g->gone[i];
	for (size_t i = 1; i < m->n; i++)
		stays[m->from[i]] = true;
	for (uint32_t i = 1; i < plan->sizes.backends; i++)
		if (!stays[i])
			m->gone[m->n_gone++] = plan->places[i];
	free(stays);
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
		err = find_gone(g, m);
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
	carry_follow(&g->now.carry, m->carried, m->n, m->from);
	free(g->now.before);
	free(g->now.backends);
	free(g->gone);
	g->now.before = m->before;
	g->now.backends = m->backends;
	g->gone = m->gone;
	g->n_gone = m->n_gone;
	g->gone_before = false;
	m->carried = NULL;
	m->before = NULL;
	m->backends = NULL;
	m->gone = NULL;
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
	read_counters(g);
	keep_for_rates(g);
	return 0;
}

void gather_close(struct gather *g)
{
	if (!g)
		return;
	nic_free(&g->snapshot.nic);
	free_move(&g->move);
	free(g->gone);
	free_arrays(&g->now);
	free_arrays(&g->next);
	free(g);
}
