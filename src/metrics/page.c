/* SPDX-License-Identifier: GPL-2.0-only */
#include "metrics/page.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/family.h"
#include "metrics/metrics.h"

#define COMMON	     2
#define PIECE	     64 /* samples, more or less */
#define NAME_SIZE    64 /* of a service; src/config/service.c holds it */
#define ADDENDS_WORK 64 /* to sum up so many is as much work as a sample */

enum step { FIRST, SERVICES, BACKENDS, LAST, DONE };

struct metrics_page {
	char host[256], interface[IF_NAMESIZE];
	struct expo_label common[COMMON];
	struct expo *expo;
	enum step step;
	uint64_t generation;
	size_t family, service, backend; /* the next ones */
	char name[NAME_SIZE];		 /* of that service */
	struct model_backend last;	 /* that was told */
	size_t told, hidden;		 /* in this family; of backends */
};

int metrics_page_begin(struct metrics_page **out, const struct snapshot *s)
{
	struct metrics_page *page = calloc(1, sizeof(*page));

	*out = page;
	if (!page)
		return -ENOMEM;
	snprintf(page->host, sizeof(page->host), "%s", s->host);
	snprintf(page->interface, sizeof(page->interface), "%s", s->interface);
	page->common[0] = (struct expo_label){ "host", page->host };
	page->common[1] = (struct expo_label){ "interface", page->interface };
	page->generation = s->generation;
	if (!expo_begin(&page->expo, page->common, COMMON))
		return 0;
	free(page);
	*out = NULL;
	return -ENOMEM;
}

void metrics_page_free(struct metrics_page *page)
{
	if (!page)
		return;
	expo_free(page->expo);
	free(page);
}

/* The next one, and what it is called. */
static void go_to_service(struct metrics_page *page, const struct snapshot *s,
			  size_t service)
{
	const struct plan *plan = s->plan;

	page->service = service;
	page->backend = 0;
	snprintf(page->name, sizeof(page->name), "%s",
		 service < plan->n_services
			 ? plan->services[service].config->name
			 : "");
}

static void begin_family(struct metrics_page *page, const struct snapshot *s,
			 const struct family *family)
{
	expo_family(page->expo, family->name, family->type, family->help);
	go_to_service(page, s, 0);
	page->told = 0;
	page->hidden = 0;
}

/* Where we were, among those who are there now. */
static void find_again(struct metrics_page *page, const struct snapshot *s)
{
	const struct plan *plan = s->plan;
	const struct model_service *config;
	size_t i = 0, k = 0;

	while (i < plan->n_services &&
	       strcmp(plan->services[i].config->name, page->name) != 0)
		i++;
	if (i == plan->n_services) {
		/* It is gone; who has its place now was not told of. */
		go_to_service(page, s, page->service);
		return;
	}
	page->service = i;
	config = plan->services[i].config;
	while (k < config->n_backends &&
	       model_backend_compare(&config->backends[k], &page->last) != 0)
		k++;
	if (!page->backend)
		return;
	if (k < config->n_backends)
		page->backend = k + 1;
	else if (page->backend > config->n_backends)
		page->backend = config->n_backends;
}

static void follow(struct metrics_page *page, const struct snapshot *s)
{
	if (page->generation == s->generation)
		return;
	page->generation = s->generation;
	if (page->step == SERVICES || page->step == BACKENDS)
		find_again(page, s);
}

static uint64_t sum_up(const struct snapshot *s, size_t i, enum figure figure)
{
	const struct plan_service *service = &s->plan->services[i];
	const struct model_service *config = service->config;
	uint64_t sum = metrics_figure_gone(figure, &s->services[i]);

	for (size_t k = 0; k < config->n_backends; k++)
		sum += metrics_figure(figure,
				      &s->backends[service->first_backend + k],
				      &config->backends[k]);
	return sum;
}

/* Returns how much work it was, in samples. */
static size_t write_service(struct metrics_page *page, const struct snapshot *s,
			    const struct service_family *f, size_t i)
{
	const struct plan_service *service = &s->plan->services[i];
	const struct expo_label label = { "service", service->config->name };

	if (f->family.has && !f->family.has(service))
		return 0;
	if (f->write) {
		f->write(page->expo, s, i, &label);
		return 1;
	}
	expo_sample_u64(page->expo, sum_up(s, i, f->family.figure), &label, 1);
	return 1 + service->config->n_backends / ADDENDS_WORK;
}

/* Whether this was the last of all families. */
static bool write_services(struct metrics_page *page, const struct snapshot *s)
{
	const struct service_family *f = &metrics_services[page->family];

	for (size_t n = 0; n < PIECE && page->service < s->plan->n_services;) {
		n += write_service(page, s, f, page->service);
		go_to_service(page, s, page->service + 1);
	}
	if (page->service < s->plan->n_services)
		return false;
	f = &metrics_services[++page->family];
	if (f->family.name)
		begin_family(page, s, &f->family);
	return !f->family.name;
}

static bool is_well(const struct snapshot_backend *b)
{
	return b->up && b->healthy && !b->draining && b->has_mac;
}

/* Whether it is one of those that the configuration wants to see. */
static bool is_shown(const struct metrics_page *page, const struct snapshot *s,
		     const struct snapshot_backend *b)
{
	switch (s->shown) {
	case METRICS_ALL:
		return true;
	case METRICS_DOWN:
		return !is_well(b) && page->told < METRICS_DOWN_MAX;
	default:
		return false;
	}
}

static void write_backend(struct metrics_page *page, const struct snapshot *s,
			  const struct backend_family *f,
			  const struct plan_service *service, size_t k)
{
	const struct snapshot_backend *b =
		&s->backends[service->first_backend + k];
	const struct model_backend *config = &service->config->backends[k];
	char endpoint[ENDPOINT_STRLEN];
	const struct expo_label labels[] = {
		{ "service", service->config->name },
		{ "backend", model_backend_name(config, endpoint) },
	};

	page->told++;
	if (f->has && !f->has(b))
		return;
	if (f->write)
		f->write(page->expo, b, labels);
	else
		expo_sample_u64(page->expo,
				metrics_figure(f->family.figure, b, config),
				labels, 2);
}

/* Some of one service. */
static void write_some(struct metrics_page *page, const struct snapshot *s,
		       const struct backend_family *f)
{
	const struct plan_service *service = &s->plan->services[page->service];
	const struct model_service *config = service->config;
	const size_t end = page->backend + PIECE < config->n_backends
				   ? page->backend + PIECE
				   : config->n_backends;

	for (size_t k = page->backend; k < end; k++) {
		if (is_shown(page, s, &s->backends[service->first_backend + k]))
			write_backend(page, s, f, service, k);
		else
			page->hidden++;
	}
	page->backend = end;
	page->last = config->backends[end - 1];
}

/* The first family is one that all backends have. */
static void write_hidden(struct metrics_page *page)
{
	expo_family(page->expo, "udplb_backends_hidden", EXPO_GAUGE,
		    "Backends that have no series of their own on this page, "
		    "by metrics.backends");
	expo_sample_u64(page->expo, page->hidden, NULL, 0);
}

static bool is_told(const struct metrics_page *page, const struct snapshot *s,
		    const struct backend_family *f)
{
	const struct plan_service *service = &s->plan->services[page->service];

	return page->backend == service->config->n_backends ||
	       (f->family.has && !f->family.has(service));
}

/* Whether this was the last of all families. */
static bool write_backends(struct metrics_page *page, const struct snapshot *s)
{
	const struct backend_family *f = &metrics_backends[page->family];

	for (size_t n = 0; n < PIECE && page->service < s->plan->n_services;
	     n++) {
		if (is_told(page, s, f)) {
			go_to_service(page, s, page->service + 1);
			continue;
		}
		write_some(page, s, f);
		return false;
	}
	if (page->service < s->plan->n_services)
		return false;
	if (page->family == 0)
		write_hidden(page);
	f = &metrics_backends[++page->family];
	if (!f->family.name || s->shown == METRICS_NONE)
		return true;
	begin_family(page, s, &f->family);
	return false;
}

static int write_piece(struct metrics_page *page, const struct snapshot *s)
{
	bool over = true;
	int err = 0;

	switch (page->step) {
	case FIRST:
		metrics_write_first(page->expo, s);
		page->family = 0;
		begin_family(page, s, &metrics_services[0].family);
		break;
	case SERVICES:
		over = write_services(page, s);
		if (!over)
			break;
		page->family = 0;
		begin_family(page, s, &metrics_backends[0].family);
		break;
	case BACKENDS:
		over = write_backends(page, s);
		break;
	case LAST:
		err = metrics_write_last(page->expo, s);
		break;
	case DONE:
		return 0;
	}
	page->step += over;
	return err;
}

int metrics_page_next(struct metrics_page *page, const struct snapshot *s,
		      const char **text, size_t *length)
{
	int err;

	follow(page, s);
	err = write_piece(page, s);
	if (!err)
		err = expo_take(page->expo, text, length);
	return err ? err : page->step != DONE;
}
