/* SPDX-License-Identifier: GPL-2.0-only */
#include "metrics/carry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/breathe.h"
#include "tables/places.h"

static int name_service(struct carry *carry, const struct plan *plan, size_t i)
{
	const struct plan_service *service = &plan->services[i];

	carry->services[i].name = strdup(service->config->name);
	if (!carry->services[i].name)
		return -ENOMEM;
	for (uint32_t k = 0; k < service->config->n_backends; k++) {
		const uint32_t index = service->first_backend + k;

		breathe();
		carry->backends[index].service = (uint32_t)i;
		carry->backends[index].name = places_name(plan, index);
		if (!carry->backends[index].name)
			return -ENOMEM;
	}
	return 0;
}

int carry_start(struct carry *carry, const struct plan *plan, size_t n_cpus)
{
	int err = -ENOMEM;

	*carry = (struct carry){
		.backends =
			calloc(plan->sizes.backends, sizeof(*carry->backends)),
		.n_backends = plan->sizes.backends,
		.services =
			calloc(plan->n_services + 1, sizeof(*carry->services)),
		.n_services = plan->n_services,
		.cpus = calloc(n_cpus, sizeof(*carry->cpus)),
		.n_cpus = n_cpus,
	};
	if (carry->backends && carry->services && carry->cpus)
		err = 0;
	for (size_t i = 0; !err && i < plan->n_services; i++)
		err = name_service(carry, plan, i);
	if (err)
		carry_free(carry);
	return err;
}

void carry_free(struct carry *carry)
{
	for (size_t i = 0; carry->backends && i < carry->n_backends; i++)
		free(carry->backends[i].name);
	for (size_t i = 0; carry->services && i < carry->n_services; i++)
		free(carry->services[i].name);
	free(carry->backends);
	free(carry->services);
	free(carry->gone);
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

static int compare_service_names(const void *a, const void *b)
{
	const struct carry_service *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static struct carry_service **sort_services(const struct carry *carry)
{
	struct carry_service **sorted =
		calloc(carry->n_services + 1, sizeof(*sorted));

	for (size_t i = 0; sorted && i < carry->n_services; i++)
		sorted[i] = &carry->services[i];
	if (sorted)
		qsort(sorted, carry->n_services, sizeof(*sorted),
		      compare_service_names);
	return sorted;
}

/* Of a service; or of a backend, which begins with its service's. */
static int compare_to_name(const void *a, const void *b)
{
	const struct carry_service *const *service = b;
	const char *name = a, *end = strrchr(name, ' ');
	const size_t length = end ? (size_t)(end - name) : strlen(name);
	int order = strncmp(name, (*service)->name, length);

	return order ? order : -(int)((*service)->name[length] != '\0');
}

/* Who was counted there before, under a name of a service or a backend. */
static void inherit_service(const struct carry *carry,
			    struct carry_service **sorted, const char *name,
			    const struct lb_counter *count,
			    const struct health_counts *health)
{
	struct carry_service **heir =
		name ? bsearch(name, sorted, carry->n_services, sizeof(*sorted),
			       compare_to_name)
		     : NULL;

	if (!heir)
		return;
	add(&(*heir)->count, count);
	(*heir)->health.checks += health->checks;
	(*heir)->health.failed += health->failed;
	(*heir)->health.skipped += health->skipped;
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
	static const struct health_counts none;
	size_t n;
	struct carry_backend **sorted = sort_names(carry, &n), **heir;
	struct carry_service **services = sort_services(carry);

	if (!sorted || !services) {
		free(sorted);
		free(services);
		return -ENOMEM;
	}
	for (size_t i = 0; i < before->n_backends; i++) {
		const struct carry_backend *old = &before->backends[i];

		heir = old->name ? bsearch(&old, sorted, n, sizeof(*sorted),
					   compare_names)
				 : NULL;
		add(heir ? &(*heir)->count
			 : &carry->reasons[LB_REASON_FORWARDED],
		    &old->count);
		if (!heir)
			inherit_service(carry, services, old->name, &old->count,
					&none);
	}
	for (size_t i = 0; i < before->n_services; i++)
		inherit_service(carry, services, before->services[i].name,
				&before->services[i].count,
				&before->services[i].health);
	for (size_t i = 0; i < LB_COUNT_END; i++)
		add(&carry->reasons[i], &before->reasons[i]);
	inherit_cpus(carry, before);
	free(sorted);
	free(services);
	return 0;
}

static void add_to_gone(struct carry *carry, uint32_t service,
			const struct lb_counter *count)
{
	add(&carry->services[service].count, count);
	add(&carry->reasons[LB_REASON_FORWARDED], count);
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
	/* What those had who are left is their service's. */
	for (size_t i = 1; i < carry->n_backends; i++) {
		if (carry->backends[i].name)
			add_to_gone(carry, carry->backends[i].service,
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

void carry_add_gone(struct carry *carry, const struct carry_gone *gone,
		    const struct lb_counter *counters, size_t n)
{
	struct lb_counter count = { 0 };

	if (counters)
		add_all(carry, &count, counters, n, true);
	add_to_gone(carry, gone->service, counters ? &count : &gone->count);
}

void carry_settle(struct carry *carry)
{
	free(carry->gone);
	carry->gone = NULL;
	carry->n_gone = 0;
}

void carry_add_reason(struct carry *carry, uint32_t reason,
		      const struct lb_counter *counters, size_t n)
{
	add_all(carry, &carry->reasons[reason], counters, n,
		reason >= LB_REASON_FIRST_DROP && reason < LB_REASON_COUNT);
}
