/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A timer behind the health checks', which leave it a turn after some of them:
 * none of them waits for more than one writing.
 */
#include "watch/update.h"

#include <errno.h>
#include <stdlib.h>

#include "base/monotime.h"
#include "base/priority.h"

#define ACCURACY_USEC 1000

struct watch_update {
	sd_event_source *timer;
	void (*write)(void *arg);
	void *arg;
	double took; /* the last one; seconds */
};

static uint64_t delay_usec(const struct watch_update *u)
{
	const double usec = 2e6 * u->took;

	if (usec <= WATCH_UPDATE_MS * 1e3)
		return WATCH_UPDATE_MS * 1000;
	return usec < WATCH_UPDATE_MAX_MS * 1e3 ? (uint64_t)usec
						: WATCH_UPDATE_MAX_MS * 1000;
}

static int on_time(sd_event_source *source, uint64_t usec, void *arg)
{
	struct watch_update *u = arg;
	const double start = monotime_now();

	(void)source, (void)usec;
	u->write(u->arg);
	u->took = monotime_now() - start;
	return 0;
}

void watch_update_soon(struct watch_update *u)
{
	int enabled = SD_EVENT_OFF;

	sd_event_source_get_enabled(u->timer, &enabled);
	if (enabled != SD_EVENT_OFF)
		return;
	/* Neither can fail: the source exists, and the time is one. */
	sd_event_source_set_time(u->timer, (uint64_t)(monotime_now() * 1e6) +
						   delay_usec(u));
	sd_event_source_set_enabled(u->timer, SD_EVENT_ONESHOT);
}

int watch_update_open(struct watch_update **out, sd_event *event,
		      void (*write)(void *arg), void *arg)
{
	struct watch_update *u = calloc(1, sizeof(*u));
	int err;

	*out = NULL;
	if (!u)
		return -ENOMEM;
	u->write = write;
	u->arg = arg;
	err = sd_event_add_time(event, &u->timer, CLOCK_MONOTONIC, 0,
				ACCURACY_USEC, on_time, u);
	if (err >= 0)
		err = sd_event_source_set_priority(u->timer, PRIORITY_TABLES);
	if (err >= 0)
		err = sd_event_source_set_enabled(u->timer, SD_EVENT_OFF);
	if (err < 0) {
		watch_update_close(u);
		return err;
	}
	*out = u;
	return 0;
}

void watch_update_close(struct watch_update *u)
{
	if (!u)
		return;
	sd_event_source_disable_unref(u->timer);
	free(u);
}
