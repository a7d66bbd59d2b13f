/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What services counted by backends that they have no more.  A sum of those
 * that are there would fall with each that goes, and who reads a counter that
 * falls takes it for one that began anew.
 */
#include "metrics/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct lb_counter less(const struct lb_counter *all,
			      const struct lb_counter *part)
{
	return (struct lb_counter){
		all->packets > part->packets ? all->packets - part->packets : 0,
		all->bytes > part->bytes ? all->bytes - part->bytes : 0,
	};
}

static void note(const struct gather *g, struct move *m, uint32_t index)
{
	const struct carry_backend *carried = &g->now.carry.backends[index];

	m->gone[m->n_gone++] = (struct carry_gone){
		.place = g->in->plan->places[index],
		.service = carried->service,
		.count = less(&g->snapshot.backends[index].count,
			      &carried->count),
	};
}

int gone_find(const struct gather *g, struct move *m)
{
	const uint32_t n = g->in->plan->sizes.backends;
	const struct carry *carry = &g->now.carry;
	bool *stays = calloc(n, sizeof(*stays));

	m->gone = calloc(carry->n_gone + n, sizeof(*m->gone));
	if (!stays || !m->gone) {
		free(stays);
		return -ENOMEM;
	}
	for (size_t i = 0; i < carry->n_gone; i++)
		m->gone[m->n_gone++] = carry->gone[i];
	for (size_t i = 1; i < m->n; i++)
		stays[m->from[i]] = true;
	for (uint32_t i = 1; i < n; i++)
		if (!stays[i])
			note(g, m, i);
	free(stays);
	return 0;
}

/* What is known of it now. */
static void show(struct gather *g)
{
	const struct carry *carry = &g->now.carry;
	struct snapshot_service *services = g->now.services;

	for (size_t i = 0; i < carry->n_services; i++)
		services[i] = (struct snapshot_service){
			.count = carry->services[i].count,
			.health = carry->services[i].health,
		};
	for (size_t i = 0; i < carry->n_gone; i++) {
		const struct carry_gone *gone = &carry->gone[i];

		services[gone->service].count.packets += gone->count.packets;
		services[gone->service].count.bytes += gone->count.bytes;
	}
}

void gone_follow(struct gather *g, struct move *m)
{
	struct carry *carry = &g->now.carry;

	free(carry->gone);
	carry->gone = m->gone;
	carry->n_gone = m->n_gone;
	m->gone = NULL;
	g->gone_before = false;
	show(g);
}

/* Who is gone is in no list, and in all sums. */
int gone_read(struct gather *g)
{
	const struct carry *carry = &g->now.carry;

	for (size_t i = 0; i < carry->n_gone; i++) {
		struct carry_gone *gone = &carry->gone[i];
		int err = maps_read_backend(g->in->maps, gone->place,
					    g->now.counters);

		if (err)
			return err;
		gone->count = sweep_sum(g, 0, (struct lb_counter){ 0 }, true);
		g->sweep.forwarded.packets += gone->count.packets;
		g->sweep.forwarded.bytes += gone->count.bytes;
	}
	show(g);
	return 0;
}

/* What cannot be read any more is as it was read last. */
bool gather_settle(struct gather *g)
{
	struct carry *carry = &g->now.carry;
	const bool any = carry->n_gone;

	for (size_t i = 0; i < carry->n_gone; i++) {
		const struct carry_gone *gone = &carry->gone[i];
		int err = maps_read_backend(g->in->maps, gone->place,
					    g->now.counters);

		carry_add_gone(carry, gone, err ? NULL : g->now.counters,
			       maps_cpus(g->in->maps));
	}
	carry_settle(carry);
	show(g);
	return any;
}

/* ... of those that are counted now; some of them were there before. */
static void take_present(struct gather *g, struct arrays *arrays)
{
	struct carry *carry = &arrays->carry;

	for (uint32_t i = 1; i < carry->n_backends; i++) {
		struct health_counts *sum =
			&carry->services[carry->backends[i].service].health;
		struct backend_health *shown = &arrays->backends[i].health;
		struct health_counts now;

		control_health_counts(g->health, i, &now);
		sum->checks -= now.checks;
		sum->failed -= now.failed;
		sum->skipped -= now.skipped;
		shown->checks = now.checks;
		shown->failed = now.failed;
		shown->skipped = now.skipped;
	}
}

void gone_keep_checks(struct gather *g)
{
	struct carry *carry = &g->now.carry;

	for (uint32_t i = 1; i < carry->n_backends; i++) {
		struct health_counts *sum =
			&carry->services[carry->backends[i].service].health;
		struct health_counts now;

		control_health_counts(g->health, i, &now);
		sum->checks += now.checks;
		sum->failed += now.failed;
		sum->skipped += now.skipped;
	}
}

void gather_leave_health(struct gather *g)
{
	gone_keep_checks(g);
	g->moving = true;
}

/* The next arrays come to what was counted before with gather_move(). */
void gather_follow_health(struct gather *g)
{
	take_present(g, g->moving ? &g->next : &g->now);
	if (!g->moving)
		show(g);
}
