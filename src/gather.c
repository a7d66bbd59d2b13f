/* SPDX-License-Identifier: GPL-2.0-only */
#include "gather.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "monotime.h"
#include "nic.h"

struct gather {
	struct instance *in;
	struct snapshot snapshot;
	char host[256];
	struct lb_counter *counters;	/* one per CPU: a single reading */
	uint64_t *before;		/* processed per CPU, last tick */
	double before_time;
	uint64_t latency_before[LB_LATENCY_BUCKETS];
	uint64_t latency_after[LB_LATENCY_BUCKETS];
	bool failing;			/* said so already */
};

/* Sums g->counters; also into the CPUs' where the packets were processed. */
static struct lb_counter sum_up(struct gather *g, bool processed)
{
	struct lb_counter sum = { 0 };

	for (size_t cpu = 0; cpu < maps_cpus(g->in->maps); cpu++) {
		sum.packets += g->counters[cpu].packets;
		sum.bytes += g->counters[cpu].bytes;
		if (processed)
			g->snapshot.cpus[cpu].processed +=
				g->counters[cpu].packets;
	}
	return sum;
}

static int read_reasons(struct gather *g)
{
	struct snapshot *s = &g->snapshot;
	int err;

	for (uint32_t i = 0; i < LB_REASON_FORWARDED; i++) {
		err = maps_read_reason(g->in->maps, i, g->counters);
		if (err)
			return err;
		s->reasons[i] = sum_up(g, i >= LB_REASON_FIRST_DROP);
	}
	return 0;
}

/* A forwarded packet is counted with its backend only; see lb_abi.h. */
static int read_backends(struct gather *g)
{
	struct snapshot *s = &g->snapshot;
	struct lb_counter *forwarded = &s->reasons[LB_REASON_FORWARDED];
	int err;

	memset(forwarded, 0, sizeof(*forwarded));
	for (uint32_t i = 1; i < g->in->plan->sizes.backends; i++) {
		err = maps_read_backend(g->in->maps, i, g->counters);
		if (err)
			return err;
		s->backends[i].count = sum_up(g, true);
		forwarded->packets += s->backends[i].count.packets;
		forwarded->bytes += s->backends[i].count.bytes;
	}
	return 0;
}

static int read_counters(struct gather *g)
{
	struct snapshot *s = &g->snapshot;
	size_t cpus = maps_cpus(g->in->maps);
	int err;

	for (size_t cpu = 0; cpu < cpus; cpu++)
		s->cpus[cpu].processed = 0;
	err = read_reasons(g);
	if (!err)
		err = read_backends(g);
	s->total.processed = 0;
	for (size_t cpu = 0; cpu < cpus; cpu++)
		s->total.processed += s->cpus[cpu].processed;
	if (err && !g->failing)
		log_error("%s: reading the counters: %s", s->interface,
			  strerror(-err));
	g->failing = err != 0;
	return err;
}

static void tick_rates(struct gather *g, double elapsed)
{
	struct snapshot *s = &g->snapshot;
	struct snapshot_cpu *cpu;

	s->total.rate = 0;
	for (size_t i = 0; i < maps_cpus(g->in->maps); i++) {
		cpu = &s->cpus[i];
		cpu->rate = (double)(cpu->processed - g->before[i]) / elapsed;
		s->total.rate += cpu->rate;
		g->before[i] = cpu->processed;
	}
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

void gather_tick(struct gather *g)
{
	double now = monotime_now();

	if (!read_counters(g))
		tick_rates(g, now - g->before_time);
	tick_latency(g);
	g->before_time = now;
}

static void copy_state(struct gather *g)
{
	const struct instance *in = g->in;
	struct snapshot *s = &g->snapshot;
	const struct tables *tables = in->tables;

	for (uint32_t i = 1; i < in->plan->sizes.backends; i++) {
		s->backends[i].has_mac = in->hops.hop[i].known;
		memcpy(s->backends[i].mac, in->hops.hop[i].mac, MAC_LEN);
		s->backends[i].slots = 0;
	}
	for (size_t slot = 0; slot < tables->n_ring; slot++)
		s->backends[tables->ring[slot]].slots++;
	for (uint32_t i = 1; i < in->plan->sizes.backends; i++)
		s->backends[i].up = s->backends[i].slots > 0;
	s->gateway_up = in->hops.hop[HOPS_GATEWAY].known;
	s->table_writes = in->writes;
	s->table_write_errors = in->write_errors;
}

static void list_maps(struct gather *g)
{
	const struct plan_sizes *sizes = &g->in->plan->sizes;
	const struct tables *tables = g->in->tables;
	const struct snapshot_map maps[] = {
		{ LB_MAP_SERVICES4, (uint32_t)tables->n_services,
		  sizes->services },
		{ LB_MAP_REPLIES4, (uint32_t)tables->n_replies,
		  sizes->replies },
		{ LB_MAP_RING, (uint32_t)tables->n_ring, sizes->ring },
		{ LB_MAP_BACKENDS, (uint32_t)tables->n_backends,
		  sizes->backends },
	};

	memcpy(g->snapshot.maps, maps, sizeof(maps));
	g->snapshot.n_maps = sizeof(maps) / sizeof(*maps);
}

const struct snapshot *gather_snapshot(struct gather *g)
{
	struct snapshot *s = &g->snapshot;
	int err;

	if (read_counters(g))
		return NULL;
	copy_state(g);
	list_maps(g);
	err = nl_link(g->in->nl, &s->link);
	if (err)
		log_warn("%s: reading the link's statistics: %s", s->interface,
			 strerror(-err));
	err = nic_read(s->interface, &s->nic);
	if (err)
		log_warn("%s: reading the NIC's counters: %s", s->interface,
			 strerror(-err));
	return s;
}

static void describe(struct gather *g)
{
	const struct instance *in = g->in;
	struct snapshot *s = &g->snapshot;

	gethostname(g->host, sizeof(g->host) - 1);
	s->host = g->host;
	s->interface = in->model->interface;
	s->plan = in->plan;
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
	s->start_time = monotime_wall();
}

int gather_open(struct gather **out, struct instance *in)
{
	size_t cpus = maps_cpus(in->maps);
	struct gather *g = calloc(1, sizeof(*g));

	*out = g;
	if (!g)
		return -ENOMEM;
	g->in = in;
	g->counters = calloc(cpus, sizeof(*g->counters));
	g->before = calloc(cpus, sizeof(*g->before));
	g->snapshot.cpus = calloc(cpus, sizeof(*g->snapshot.cpus));
	g->snapshot.backends = calloc(in->plan->sizes.backends,
				      sizeof(*g->snapshot.backends));
	if (!g->counters || !g->before || !g->snapshot.cpus ||
	    !g->snapshot.backends) {
		gather_close(g);
		*out = NULL;
		return -ENOMEM;
	}
	describe(g);
	g->before_time = monotime_now();
	return 0;
}

void gather_close(struct gather *g)
{
	if (!g)
		return;
	nic_free(&g->snapshot.nic);
	free(g->snapshot.backends);
	free(g->snapshot.cpus);
	free(g->before);
	free(g->counters);
	free(g);
}
