/* SPDX-License-Identifier: GPL-2.0-only */
#include "watch/flows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "watch/idle.h"
#include "base/log.h"
#include "xdp/flows.h"
#include "base/monotime.h"

#define USEC_PER_MS   1000ULL
#define SLICE_USEC    (2 * USEC_PER_MS)
#define PAUSE_USEC    (20 * USEC_PER_MS)
#define RETRY_USEC    (10000 * USEC_PER_MS)
#define ACCURACY_USEC (5 * USEC_PER_MS)

/* Of a backend; a pass must have begun after it was drained to count. */
enum drain { NOT_DRAINED = 0, DRAINED, TOLD_EMPTY };

struct daemon_flows {
	struct instance *in;
	const struct plan *plan; /* its, when it was followed */
	sd_event *event;	 /* not owned */
	sd_event_source *timer;
	struct flows *flows;
	struct maps_cursor cursor;
	uint64_t began; /* the pass; microseconds */
	bool passing;
	uint8_t *drains;    /* by backend: enum drain */
	bool full, failing; /* said so already */
};

static bool is_sticky(const struct instance *in)
{
	return in->plan->features & 1U << LB_FEATURE_STICKY;
}

static uint64_t now_usec(const struct daemon_flows *f)
{
	uint64_t now = 0;

	sd_event_now(f->event, CLOCK_MONOTONIC, &now);
	return now;
}

static void note_drains(struct daemon_flows *f)
{
	const struct plan *plan = f->in->plan;

	for (uint32_t i = 1; i < plan->sizes.backends; i++)
		if (!plan_service_of(plan, i)->sticky ||
		    !(f->in->held[i] & INSTANCE_DRAINED))
			f->drains[i] = NOT_DRAINED;
		else if (f->drains[i] == NOT_DRAINED)
			f->drains[i] = DRAINED;
}

static int begin(struct daemon_flows *f)
{
	int err = flows_begin(f->flows, f->in->plan);

	if (err)
		return err;
	memset(&f->cursor, 0, sizeof(f->cursor));
	f->began = now_usec(f);
	f->passing = true;
	note_drains(f);
	return 0;
}

static void tell_empty(struct daemon_flows *f, uint32_t backend)
{
	const struct plan *plan = f->in->plan;
	char name[ENDPOINT_STRLEN];

	if (f->drains[backend] != DRAINED || f->in->flows[backend])
		return;
	f->drains[backend] = TOLD_EMPTY;
	log_info("Service %s: backend %s is drained and has no more flows",
		 plan_service_of(plan, backend)->config->name,
		 model_backend_name(plan_backend_of(plan, backend), name));
}

static void tell_full(struct daemon_flows *f)
{
	const uint32_t room = f->in->plan->sizes.flows;
	bool full = f->in->n_flows >= (f->full ? room / 10 * 9 : room);

	if (full && !f->full)
		log_warn("%s: the table of flows is full (%u): new ones of "
			 "sticky services go where the ring says until others "
			 "end; 'flows' in the configuration makes it larger",
			 f->in->name, room);
	f->full = full;
}

static void end(struct daemon_flows *f)
{
	struct instance *in = f->in;

	flows_end(f->flows);
	f->passing = false;
	instance_set_all_flows(in, flows_total(f->flows));
	for (uint32_t i = 1; i < in->plan->sizes.backends; i++) {
		instance_set_flows(in, i, flows_of_backend(f->flows, i));
		tell_empty(f, i);
	}
	tell_full(f);
}

static int look_at(struct daemon_flows *f, const struct maps_flow *entries,
		   int n, uint32_t now_ms)
{
	int fd = maps_flows_fd(f->in->maps), err = 0;

	for (int i = 0; err >= 0 && i < n; i++)
		if (flows_see(f->flows, &entries[i].key, &entries[i].state,
			      now_ms) != FLOWS_IN_USE)
			err = maps_flows_forget(fd, &entries[i]);
	return err < 0 ? err : 0;
}

/* As much of the map as there is time for. */
static int slice(struct daemon_flows *f)
{
	struct maps_flow entries[MAPS_FLOWS_BATCH];
	double end_at = monotime_now() + SLICE_USEC / 1e6;
	uint32_t now_ms = (uint32_t)(now_usec(f) / USEC_PER_MS);
	int n, err = 0;

	while (!err && !f->cursor.done && monotime_now() < end_at) {
		n = maps_flows_read(maps_flows_fd(f->in->maps), &f->cursor,
				    entries);
		err = n < 0 ? n : look_at(f, entries, n, now_ms);
	}
	return err;
}

static int go_on(struct daemon_flows *f)
{
	int err = f->passing ? 0 : begin(f);

	if (!err)
		err = slice(f);
	if (!err && f->cursor.done)
		end(f);
	if (err && !f->failing)
		log_error("%s: reading the table of flows: %s; none is "
			  "forgotten for now",
			  f->in->name, strerror(-err));
	f->failing = err != 0;
	if (err)
		f->passing = false;
	return err;
}

static uint64_t next_time(const struct daemon_flows *f, int err)
{
	uint64_t now = now_usec(f), due;

	if (err)
		return now + RETRY_USEC;
	due = f->began + flows_period_ms(f->in->plan) * USEC_PER_MS;
	return f->passing || due < now + PAUSE_USEC ? now + PAUSE_USEC : due;
}

static int on_time(sd_event_source *source, uint64_t usec, void *arg)
{
	struct daemon_flows *f = arg;
	int err = f->in->gone ? -ENODEV : go_on(f);

	(void)usec;
	sd_event_source_set_time(source, next_time(f, err));
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* What is known of flows stays; a pass over the map before is forgotten. */
static int follow(struct daemon_flows *f, struct instance *in)
{
	uint8_t *drains = calloc(in->plan->sizes.backends, sizeof(*drains));

	f->plan = in->plan;
	if (!drains)
		return -ENOMEM;
	free(f->drains);
	f->drains = drains;
	f->in = in;
	f->passing = false;
	return 0;
}

static int start(struct daemon_flows *f, sd_event *event)
{
	int err = flows_new(&f->flows);

	f->event = event;
	if (err)
		return err;
	err = sd_event_add_time(event, &f->timer, CLOCK_MONOTONIC, 0,
				ACCURACY_USEC, on_time, f);
	return err < 0 ? err : 0;
}

int daemon_flows_watch(struct daemon_flows **flows, sd_event *event,
		       struct instance *in)
{
	struct daemon_flows *f = *flows;
	int err = 0;

	if (f && f->in == in && f->plan == in->plan)
		return 0;
	if (is_sticky(in) && !f) {
		f = calloc(1, sizeof(*f));
		err = f ? start(f, event) : -ENOMEM;
	}
	if (is_sticky(in) && !err)
		err = follow(f, in);
	if (!err && is_sticky(in))
		err = sd_event_source_set_time(f->timer, now_usec(f));
	if (err < 0 || !is_sticky(in)) {
		daemon_flows_close(f);
		f = NULL;
	}
	*flows = f;
	return err < 0 ? err : 0;
}

void daemon_flows_close(struct daemon_flows *f)
{
	if (!f)
		return;
	sd_event_source_disable_unref(f->timer);
	flows_free(f->flows);
	free(f->drains);
	free(f);
}
