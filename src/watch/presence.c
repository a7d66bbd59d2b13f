/* SPDX-License-Identifier: GPL-2.0-only */
#include "watch/presence.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"
#include "base/monotime.h"
#include "presence/presence.h"
#include "presence/vips.h"

#define USEC_PER_MS   1000ULL
#define ACCURACY_USEC (5 * USEC_PER_MS)

struct daemon_presence {
	sd_event *event;
	sd_event_source *netlink, *timer;
	struct presence *presence;
};

static uint64_t now_ms(sd_event *event)
{
	uint64_t usec = 0;

	sd_event_now(event, CLOCK_MONOTONIC, &usec);
	return usec / USEC_PER_MS;
}

/* Sets the timer to the next thing to do. */
static int arm(struct daemon_presence *d)
{
	uint64_t due = presence_due(d->presence);

	if (due == PRESENCE_NEVER)
		return sd_event_source_set_enabled(d->timer, SD_EVENT_OFF);
	sd_event_source_set_time(d->timer, due * USEC_PER_MS);
	return sd_event_source_set_enabled(d->timer, SD_EVENT_ONESHOT);
}

static int on_netlink(sd_event_source *source, int fd, uint32_t revents,
		      void *arg)
{
	struct daemon_presence *d = arg;

	(void)source, (void)fd, (void)revents;
	presence_dispatch(d->presence, now_ms(d->event));
	return arm(d);
}

static int on_time(sd_event_source *source, uint64_t usec, void *arg)
{
	struct daemon_presence *d = arg;

	(void)source, (void)usec;
	presence_run(d->presence, now_ms(d->event));
	return arm(d);
}

static int watch(struct daemon_presence *d)
{
	int err;

	err = sd_event_add_io(d->event, &d->netlink, presence_fd(d->presence),
			      EPOLLIN, on_netlink, d);
	if (err >= 0)
		err = sd_event_add_time(d->event, &d->timer, CLOCK_MONOTONIC, 0,
					ACCURACY_USEC, on_time, d);
	if (err >= 0)
		err = arm(d);
	return err < 0 ? err : 0;
}

int daemon_presence_open(struct daemon_presence **out, sd_event *event,
			 const struct model *model, int ifindex,
			 struct daemon_presence *previous)
{
	struct daemon_presence *d = calloc(1, sizeof(*d));
	int err = -ENOMEM;

	*out = NULL;
	if (!d)
		goto out;
	d->event = event;
	err = presence_open(&d->presence, model, ifindex,
			    previous ? previous->presence : NULL,
			    now_ms(event));
	if (!err && d->presence)
		err = watch(d);
	if (err || !d->presence)
		daemon_presence_close(d);
	else
		*out = d;
out:
	daemon_presence_close(previous);
	return err;
}

void daemon_presence_close(struct daemon_presence *d)
{
	if (!d)
		return;
	sd_event_source_unref(d->netlink);
	sd_event_source_unref(d->timer);
	presence_close(d->presence);
	free(d);
}

void daemon_presence_settle(struct daemon_presence *d)
{
	uint64_t usec, due;

	while (d && presence_is_asking(d->presence)) {
		usec = (uint64_t)(monotime_now() * 1e6);
		due = presence_due(d->presence) * USEC_PER_MS;
		if (due > usec)
			usleep((useconds_t)(due - usec));
		presence_run(d->presence, due / USEC_PER_MS);
	}
	if (d)
		arm(d);
}

static bool same_vips(const struct model *a, const struct model *b)
{
	struct presence_vips x, y = { 0 };
	bool same;

	if (presence_vips_collect(&x, a))
		return false;
	same = !presence_vips_collect(&y, b) && x.n == y.n;
	for (size_t i = 0; same && i < x.n; i++)
		same = !addr_compare(&x.vip[i].address, &y.vip[i].address);
	presence_vips_free(&x);
	presence_vips_free(&y);
	return same;
}

bool daemon_presence_same(const struct model *a, const struct model *b)
{
	return a->presence.announce == b->presence.announce &&
	       a->presence.interval_ms == b->presence.interval_ms &&
	       a->presence.assign == b->presence.assign && same_vips(a, b);
}
