/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sd_event_prepare() sets the inner loop's timers and sd_event_wait() gathers
 * what is ready; both are done whenever the outer loop is about to sleep.  In
 * between, the inner loop is left armed, and its descriptor wakes the outer
 * one.
 */
#include "watch/urgent.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/monotime.h"

/* Others get a turn even where there is always something due. */
#define SLICE_SECONDS 0.02

struct urgent {
	sd_event *inner;
	sd_event_source *wake; /* the inner loop's descriptor */
	sd_event_source *more; /* on: it has not done all that is due */
	bool over;
};

/* Whether there is more to do. */
static bool run(const struct urgent *u)
{
	sd_event *inner = u->inner;
	const double end = monotime_now() + SLICE_SECONDS;

	while (!u->over) {
		switch (sd_event_get_state(inner)) {
		case SD_EVENT_ARMED:
			if (sd_event_wait(inner, 0) < 0)
				return false;
			break;
		case SD_EVENT_INITIAL:
			if (sd_event_prepare(inner) <= 0)
				return false;
			break;
		case SD_EVENT_PENDING:
			if (monotime_now() >= end)
				return true;
			if (sd_event_dispatch(inner) < 0)
				return false;
			break;
		default:
			return false; /* from within itself */
		}
	}
	return false;
}

void urgent_run(struct urgent *u)
{
	const bool more = run(u);

	/* Cannot fail: the source exists. */
	sd_event_source_set_enabled(u->more,
				    more ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
}

void urgent_end(struct urgent *u)
{
	u->over = true;
}

/* Before each turn of the outer loop. */
static int on_prepare(sd_event_source *source, void *arg)
{
	(void)source;
	urgent_run(arg);
	return 0;
}

/* They only keep the outer loop from sleeping. */
static int on_wake(sd_event_source *source, int fd, uint32_t revents, void *arg)
{
	(void)source, (void)fd, (void)revents, (void)arg;
	return 0;
}

static int on_more(sd_event_source *source, void *arg)
{
	(void)source, (void)arg;
	return 0;
}

static int open_sources(struct urgent *u, sd_event *outer)
{
	int err = sd_event_add_defer(outer, &u->more, on_more, u);

	if (err >= 0)
		err = sd_event_source_set_enabled(u->more, SD_EVENT_OFF);
	if (err >= 0)
		err = sd_event_add_io(outer, &u->wake,
				      sd_event_get_fd(u->inner), EPOLLIN,
				      on_wake, u);
	if (err >= 0)
		err = sd_event_source_set_prepare(u->wake, on_prepare);
	return err;
}

int urgent_open(struct urgent **out, sd_event *outer)
{
	struct urgent *u = calloc(1, sizeof(*u));
	int err;

	*out = NULL;
	if (!u)
		return -ENOMEM;
	err = sd_event_new(&u->inner);
	if (err >= 0)
		err = open_sources(u, outer);
	if (err < 0) {
		urgent_close(u);
		return err;
	}
	*out = u;
	return 0;
}

void urgent_close(struct urgent *u)
{
	if (!u)
		return;
	sd_event_source_disable_unref(u->wake);
	sd_event_source_disable_unref(u->more);
	sd_event_unref(u->inner);
	free(u);
}

sd_event *urgent_event(const struct urgent *u)
{
	return u->inner;
}
