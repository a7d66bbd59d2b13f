/* SPDX-License-Identifier: GPL-2.0-only */
#include "metrics/private.h"

#include <string.h>

#include "base/breathe.h"
#include "base/log.h"
#include "base/monotime.h"

/* Counters, of all CPUs together: half a millisecond or so. */
#define SHORT_COUNTERS 8192

struct lb_counter sweep_sum(struct gather *g, size_t reading,
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

_Static_assert(LB_COUNT_END <= MAPS_READ_MAX, "they are read at once");

/* All but the forwarded, which are counted with their backends only; see
 * lb_abi.h.  Behind the reasons is what is counted besides. */
static int read_reasons(struct gather *g)
{
	int err = maps_read_reasons(g->in->maps, LB_COUNT_END, g->now.counters);

	for (uint32_t i = 0; !err && i < LB_COUNT_END; i++)
		if (i != LB_REASON_FORWARDED)
			g->snapshot.reasons[i] =
				sweep_sum(g, i, g->now.carry.reasons[i],
					  i >= LB_REASON_FIRST_DROP &&
						  i < LB_REASON_COUNT);
	return err;
}

/* Who is counted at no place of its own; see struct lb_fragment_first. */
static int read_nobody(struct gather *g)
{
	int err =
		maps_read_backend(g->in->maps, LB_NO_BACKEND, g->now.counters);

	if (!err)
		g->sweep.forwarded = sweep_sum(g, 0, g->sweep.forwarded, true);
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

/* So many backends from this one on, whose places are in a row. */
static int read_run(struct gather *g, uint32_t first, uint32_t n,
		    bool processed)
{
	int err = maps_read_backends(g->in->maps, g->in->plan->places[first], n,
				     g->now.counters);

	for (uint32_t i = 0; !err && i < n; i++)
		g->snapshot.backends[first + i].count =
			sweep_sum(g, i, g->now.carry.backends[first + i].count,
				  processed);
	return err;
}

void sweep_add_nobody(struct gather *g, struct lb_counter *sum)
{
	if (!maps_read_backend(g->in->maps, LB_NO_BACKEND, g->now.counters))
		*sum = sweep_sum(g, 0, *sum, false);
}

int sweep_backends(struct gather *g, uint32_t first, uint32_t n)
{
	const uint32_t end = first + n;
	int err = 0;

	for (uint32_t i = first, run; !err && i < end; i += run) {
		run = run_of_places(g->in->plan, i, end);
		err = read_run(g, i, run, false);
	}
	return err;
}

static int read_first(struct gather *g)
{
	const struct carry *carry = &g->now.carry;
	int err;

	for (size_t cpu = 0; cpu < maps_cpus(g->in->maps); cpu++)
		g->now.processed[cpu] = carry->cpus[cpu];
	g->sweep.forwarded = carry->reasons[LB_REASON_FORWARDED];
	g->sweep.began = monotime_now();
	g->sweep.next = 1;
	if (g->in->gone) /* it stays as it was read last */
		return 0;
	err = read_reasons(g);
	if (!err)
		err = read_nobody(g);
	return err ? err : gone_read(g);
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

/* Of a backend since the last tick, and from here on until the next. */
static void tick_backends(struct gather *g, uint32_t first, uint32_t end)
{
	const double elapsed = g->sweep.began - g->before_time;

	for (uint32_t i = first; i < end; i++) {
		struct snapshot_backend *b = &g->snapshot.backends[i];

		b->rate = rate_of(&g->now.before[i], &b->count, elapsed);
		g->now.before[i] = b->count;
	}
}

static int read_next(struct gather *g)
{
	const struct plan *plan = g->in->plan;
	const uint32_t first = g->sweep.next;
	uint32_t n = run_of_places(plan, first, plan->sizes.backends);
	int err = g->in->gone ? 0 : read_run(g, first, n, true);

	if (err)
		return err;
	for (uint32_t i = first; i < first + n; i++) {
		const struct lb_counter *count = &g->snapshot.backends[i].count;

		g->sweep.forwarded.packets += count->packets;
		g->sweep.forwarded.bytes += count->bytes;
	}
	if (g->sweep.kind == SWEEP_TICK)
		tick_backends(g, first, first + n);
	if (g->sweep.kind == SWEEP_PAGE)
		gather_copy_backends(g, first, first + n);
	g->sweep.next += n;
	return 0;
}

static void keep_sums_for_rates(struct gather *g, double now)
{
	const struct snapshot *s = &g->snapshot;

	for (size_t i = 0; i < maps_cpus(g->in->maps); i++)
		g->now.cpus_before[i] = s->cpus[i].processed;
	memcpy(g->reasons_before, s->reasons, sizeof(g->reasons_before));
	g->before_time = now;
}

void sweep_keep_for_rates(struct gather *g)
{
	for (uint32_t i = 1; i < g->in->plan->sizes.backends; i++)
		g->now.before[i] = g->snapshot.backends[i].count;
	keep_sums_for_rates(g, monotime_now());
}

static void tick_sums(struct gather *g)
{
	const double elapsed = g->sweep.began - g->before_time;
	struct snapshot *s = &g->snapshot;

	s->total.rate = 0;
	for (size_t i = 0; i < maps_cpus(g->in->maps); i++) {
		struct snapshot_cpu *cpu = &s->cpus[i];

		cpu->rate = (double)(cpu->processed - g->now.cpus_before[i]) /
			    elapsed;
		s->total.rate += cpu->rate;
	}
	for (size_t i = 0; i < LB_REASON_COUNT; i++)
		s->rates[i] =
			rate_of(&g->reasons_before[i], &s->reasons[i], elapsed);
	keep_sums_for_rates(g, g->sweep.began);
}

static void finish(struct gather *g)
{
	struct snapshot *s = &g->snapshot;

	if (g->in->gone)
		return;
	s->reasons[LB_REASON_FORWARDED] = g->sweep.forwarded;
	s->total.processed = 0;
	for (size_t cpu = 0; cpu < maps_cpus(g->in->maps); cpu++) {
		s->cpus[cpu].processed = g->now.processed[cpu];
		s->total.processed += s->cpus[cpu].processed;
	}
	if (g->sweep.kind == SWEEP_TICK)
		tick_sums(g);
}

/* 1: there is more. */
static int step(struct gather *g)
{
	int err = g->sweep.next ? read_next(g) : read_first(g);

	if (!err && g->sweep.next < g->in->plan->sizes.backends)
		return 1;
	if (!err)
		finish(g);
	else if (!g->failing)
		log_error("%s: reading the counters: %s", g->snapshot.interface,
			  strerror(-err));
	g->failing = err != 0;
	return err;
}

int sweep_once(struct gather *g)
{
	const struct sweep under_way = g->sweep;
	int err;

	g->sweep = (struct sweep){ .kind = SWEEP_ONCE };
	do {
		err = step(g);
		breathe();
	} while (err > 0);
	g->sweep = under_way;
	sweep_again(g);
	return err;
}

void sweep_again(struct gather *g)
{
	g->sweep.next = 0;
}

void sweep_begin(struct gather *g, enum sweep_kind kind)
{
	if (g->sweep.kind == SWEEP_NONE)
		g->sweep = (struct sweep){ .kind = kind };
	else if (kind == SWEEP_TICK)
		g->tick_due = true;
	else
		g->page_due = true;
}

static void end(struct gather *g, int err)
{
	if (g->sweep.kind == SWEEP_PAGE) {
		g->pages++;
		g->page_err = err;
	}
	g->sweep = (struct sweep){ .kind = SWEEP_NONE };
	if (g->page_due)
		g->sweep.kind = SWEEP_PAGE;
	else if (g->tick_due)
		g->sweep.kind = SWEEP_TICK;
	if (g->sweep.kind == SWEEP_PAGE)
		g->page_due = false;
	else
		g->tick_due = false;
}

bool sweep_step(struct gather *g)
{
	int err;

	if (g->sweep.kind == SWEEP_NONE)
		return false;
	err = step(g);
	if (err <= 0)
		end(g, err);
	return g->sweep.kind != SWEEP_NONE;
}

bool sweep_is_short(const struct gather *g)
{
	return (uint64_t)g->in->plan->sizes.backends * maps_cpus(g->in->maps) <=
	       SHORT_COUNTERS;
}
