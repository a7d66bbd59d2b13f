/* SPDX-License-Identifier: GPL-2.0-only */
#include "metrics/carry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tables/places.h"

int carry_start(struct carry *carry, const struct plan *plan, size_t n_cpus)
{
	const uint32_t n = plan->sizes.backends;

	memset(carry, 0, sizeof(*carry));
	carry->backends = calloc(n, sizeof(*carry->backends));
	carry->cpus = calloc(n_cpus, sizeof(*carry->cpus));
	if (!carry->backends || !carry->cpus)
		goto err;
	carry->n_cpus = n_cpus;
	carry->n_backends = n;
	for (uint32_t i = 1; i < n; i++) {
		carry->backends[i].name = places_name(plan, i);
		if (!carry->backends[i].name)
			goto err;
	}
	return 0;
err:
	carry_free(carry);
	return -ENOMEM;
}

void carry_free(struct carry *carry)
{
	for (size_t i = 0; carry->backends && i < carry->n_backends; i++)
		free(carry->backends[i].name);
	free(carry->backends);
	free(carry->cpus);
	memset(carry, 0, sizeof(*carry));
}

static void add(struct lb_counter *to, const struct lb_counter *more)
{
	to->packets += more->packets;
	to->bytes += more->bytes;
}

static int compare_names(const void *a, const void *b)
{
	const struct carry_backend *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* Those of the list that have a name, in the order of their names. */
static struct carry_backend **sort_names(const struct carry *carry, size_t *n)
{
	struct carry_backend **sorted =
		calloc(carry->n_backends + 1, sizeof(*sorted));

	*n = 0;
	for (size_t i = 0; sorted && i < carry->n_backends; i++)
		if (carry->backends[i].name)
			sorted[(*n)++] = &carry->backends[i];
	if (sorted)
		qsort(sorted, *n, sizeof(*sorted), compare_names);
	return sorted;
}

/* A card, with one counter for all, may have been followed by CPUs. */
static void inherit_cpus(struct carry *carry, const struct carry *before)
{
	for (size_t i = 0; i < before->n_cpus; i++)
		if (carry->n_cpus)
			carry->cpus[i < carry->n_cpus ? i : 0] +=
				before->cpus[i];
}

int carry_inherit(struct carry *carry, const struct carry *before)
{
	size_t n;
	struct carry_backend **sorted = sort_names(carry, &n), **heir;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < before->n_backends; i++) {
		const struct carry_backend *old = &before->backends[i];

		heir = old->name ? bsearch(&old, sorted, n, sizeof(*sorted),
					   compare_names)
				 : NULL;
		add(heir ? &(*heir)->count
			 : &carry->reasons[LB_REASON_FORWARDED],
		    &old->count);
	}
	for (size_t i = 0; i < LB_COUNT_END; i++)
		add(&carry->reasons[i], &before->reasons[i]);
	inherit_cpus(carry, before);
	free(sorted);
	return 0;
}

void carry_follow(struct carry *carry, struct carry_backend *next,
		  size_t n_backends, const uint32_t *from)
{
	for (size_t i = 1; i < n_backends; i++) {
		if (!from[i])
			continue;
		next[i] = carry->backends[from[i]];
		carry->backends[from[i]] = (struct carry_backend){ 0 };
	}
	/* What those had who are left is nobody's. */
	for (size_t i = 1; i < carry->n_backends; i++) {
		add(&carry->reasons[LB_REASON_FORWARDED],
		    &carry->backends[i].count);
		free(carry->backends[i].name);
	}
	free(carry->backends);
	carry->backends = next;
	carry->n_backends = n_backends;
}

static void add_all(struct carry *carry, struct lb_counter *to,
		    const struct lb_counter *counters, size_t n, bool processed)
{
	for (size_t cpu = 0; cpu < n; cpu++) {
		add(to, &counters[cpu]);
		if (processed && carry->n_cpus)
			carry->cpus[cpu < carry->n_cpus ? cpu : 0] +=
				counters[cpu].packets;
	}
}

void carry_add_backend(struct carry *carry, size_t index,
		       const struct lb_counter *counters, size_t n)
{
	add_all(carry, &carry->backends[index].count, counters, n, true);
}

void carry_add_gone(struct carry *carry, const struct lb_counter *counters,
		    size_t n)
{
	add_all(carry, &carry->reasons[LB_REASON_FORWARDED], counters, n, true);
}

void carry_add_reason(struct carry *carry, uint32_t reason,
		      const struct lb_counter *counters, size_t n)
{
	add_all(carry, &carry->reasons[reason], counters, n,
		reason >= LB_REASON_FIRST_DROP && reason < LB_REASON_COUNT);
}
