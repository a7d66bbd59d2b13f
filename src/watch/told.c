/* SPDX-License-Identifier: GPL-2.0-only */
#include "watch/told.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"

#define PERIOD_USEC 1000000
#define NAMED	    3

/* What happened to backends of a service in this period. */
struct crowd {
	struct crowd *next;
	char *service;
	bool up;
	unsigned int n, untold;
	size_t of;
	char first[NAMED][ENDPOINT_STRLEN];
	char reason[HEALTH_REASON_MAX]; /* of the first */
};

struct told {
	sd_event_source *end;	    /* of the period; off: there is none */
	unsigned int lines;	    /* in it */
	struct crowd *first, *last; /* in the order of their first */
	void *by_service;	    /* tsearch(3) */
};

static int compare(const void *a, const void *b)
{
	const struct crowd *x = a, *y = b;
	int order = strcmp(x->service, y->service);

	return order ? order : x->up - y->up;
}

static const char *state_name(bool up)
{
	return up ? "up" : "down";
}

static void tell_crowd(const struct crowd *c)
{
	char names[NAMED * (ENDPOINT_STRLEN + 2)] = "";
	size_t used = 0;

	for (unsigned int i = 0; i < NAMED && i < c->n; i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used,
					 "%s%s", i ? ", " : "", c->first[i]);
	(c->up ? log_info : log_warn)(
		"service %s: %u of its %zu backends are %s, all at once (the "
		"first: %s): %s",
		c->service, c->n, c->of, state_name(c->up), names, c->reason);
}

static void free_crowd(struct told *t, struct crowd *c)
{
	tdelete(c, &t->by_service, compare);
	free(c->service);
	free(c);
}

static void end_period(struct told *t)
{
	unsigned int services = 0, n[2] = { 0, 0 }, left[2] = { 0, 0 };

	while (t->first) {
		struct crowd *c = t->first;

		t->first = c->next;
		if (c->untold && services++ < TOLD_SERVICES) {
			tell_crowd(c);
		} else if (c->untold) {
			left[c->up]++;
			n[c->up] += c->n;
		}
		free_crowd(t, c);
	}
	t->last = NULL;
	t->lines = 0;
	for (int up = 0; up < 2; up++)
		if (left[up])
			(up ? log_info : log_warn)(
				"and of %u more services %u backends are %s",
				left[up], n[up], state_name(up));
}

static int on_end(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)source, (void)usec;
	end_period(arg);
	return 0;
}

static void begin_period(struct told *t)
{
	int on = SD_EVENT_OFF;

	sd_event_source_get_enabled(t->end, &on);
	if (on != SD_EVENT_OFF)
		return;
	sd_event_source_set_time_relative(t->end, PERIOD_USEC);
	sd_event_source_set_enabled(t->end, SD_EVENT_ONESHOT);
}

/* NULL without memory. */
static struct crowd *find_crowd(struct told *t,
				const struct model_service *service, bool up)
{
	const struct crowd wanted = { .service = service->name, .up = up };
	struct crowd **found = tfind(&wanted, &t->by_service, compare), *c;

	if (found)
		return *found;
	c = calloc(1, sizeof(*c));
	if (c)
		c->service = strdup(service->name);
	if (!c || !c->service || !tsearch(c, &t->by_service, compare)) {
		free(c ? c->service : NULL);
		free(c);
		return NULL;
	}
	c->up = up;
	if (t->last)
		t->last->next = c;
	else
		t->first = c;
	t->last = c;
	c->of = service->n_backends;
	return c;
}

static void tell_one(const struct model_service *service, const char *name,
		     const struct health_result *result)
{
	const double lasted_s = (double)result->lasted_ms / 1e3;

	if (result->up)
		log_info("service %s: backend %s is up (%s in %.3f ms); was "
			 "down for %.1f s",
			 service->name, name, result->reason,
			 (double)result->latency_ns / 1e6, lasted_s);
	else
		log_warn("service %s: backend %s is down: %s; was up for "
			 "%.1f s",
			 service->name, name, result->reason, lasted_s);
}

void told_change(struct told *t, const struct model_service *service,
		 const struct model_backend *backend,
		 const struct health_result *result)
{
	char name[ENDPOINT_STRLEN];
	struct crowd *c;

	begin_period(t);
	model_backend_name(backend, name);
	c = find_crowd(t, service, result->up);
	if (t->lines++ < TOLD_BACKENDS)
		tell_one(service, name, result);
	else if (c)
		c->untold++;
	if (!c)
		return;
	if (c->n < NAMED)
		memcpy(c->first[c->n], name, sizeof(name));
	if (!c->n)
		snprintf(c->reason, sizeof(c->reason), "%s", result->reason);
	c->n++;
}

int told_open(struct told **out, sd_event *event)
{
	struct told *t = calloc(1, sizeof(*t));
	int err;

	*out = NULL;
	if (!t)
		return -ENOMEM;
	err = sd_event_add_time(event, &t->end, CLOCK_MONOTONIC, 0, 0, on_end,
				t);
	if (err >= 0)
		err = sd_event_source_set_enabled(t->end, SD_EVENT_OFF);
	if (err < 0)
		told_close(t);
	else
		*out = t;
	return err < 0 ? err : 0;
}

void told_close(struct told *t)
{
	if (!t)
		return;
	end_period(t);
	sd_event_source_disable_unref(t->end);
	free(t);
}
