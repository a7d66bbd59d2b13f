/* SPDX-License-Identifier: GPL-2.0-only */
#include "watch/too_big.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "watch/limit.h"
#include "base/log.h"

#define USEC_PER_MS   1000ULL
#define PERIOD_USEC   (100 * USEC_PER_MS)
#define ACCURACY_USEC (5 * USEC_PER_MS)

struct daemon_too_big {
	struct instance *in;
	sd_event_source *timer;
	struct lb_counter *counters; /* one per CPU: a single reading */
	struct limit limit;
	bool failing; /* said so already */
};

static bool has_tunnels(const struct model *model)
{
	for (size_t i = 0; i < model->n_services; i++)
		if (model->services[i].forward >= LB_FORWARD_IPIP)
			return true;
	return false;
}

bool daemon_too_big_at_first(const struct model *model)
{
	return has_tunnels(model) && model->tunnel.too_big_per_second;
}

static int count_told(struct daemon_too_big *t, uint64_t *told)
{
	int err = maps_read_reason(t->in->maps, LB_REASON_TOLD_TOO_BIG,
				   t->counters);

	*told = 0;
	for (size_t cpu = 0; !err && cpu < maps_cpus(t->in->maps); cpu++)
		*told += t->counters[cpu].packets;
	if (err && !t->failing)
		log_error("%s: counting \"too big\" messages: %s; clients are "
			  "not told for now",
			  t->in->model->interface, strerror(-err));
	t->failing = err != 0;
	return err;
}

/* What cannot be counted is not allowed. */
static bool may_tell(struct daemon_too_big *t, uint64_t now_ms)
{
	uint64_t told;

	return !count_told(t, &told) && limit_allows(&t->limit, told, now_ms);
}

static int on_time(sd_event_source *source, uint64_t usec, void *arg)
{
	struct daemon_too_big *t = arg;
	uint64_t now = usec;
	bool tell;

	sd_event_now(sd_event_source_get_event(source), CLOCK_MONOTONIC, &now);
	tell = may_tell(t, now / USEC_PER_MS);
	if (tell != t->in->tell_too_big) {
		instance_set_tell_too_big(t->in, tell);
		instance_update(t->in);
	}
	/* From now, not from when it was due: no catching up. */
	sd_event_source_set_time(source, now + PERIOD_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int daemon_too_big_open(struct daemon_too_big **out, sd_event *event,
			struct instance *in)
{
	struct daemon_too_big *t;
	uint64_t now, told;
	int err;

	*out = NULL;
	if (!daemon_too_big_at_first(in->model))
		return 0;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->in = in;
	t->counters = calloc(maps_cpus(in->maps), sizeof(*t->counters));
	err = t->counters ? count_told(t, &told) : -ENOMEM;
	sd_event_now(event, CLOCK_MONOTONIC, &now);
	if (!err) {
		limit_start(&t->limit, in->model->tunnel.too_big_per_second,
			    told, now / USEC_PER_MS);
		err = sd_event_add_time(event, &t->timer, CLOCK_MONOTONIC,
					now + PERIOD_USEC, ACCURACY_USEC,
					on_time, t);
	}
	if (err < 0)
		daemon_too_big_close(t);
	else
		*out = t;
	return err < 0 ? err : 0;
}

void daemon_too_big_close(struct daemon_too_big *t)
{
	if (!t)
		return;
	sd_event_source_unref(t->timer);
	free(t->counters);
	free(t);
}
