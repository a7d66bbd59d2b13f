/* SPDX-License-Identifier: GPL-2.0-only */
#include "http/loop.h"

#include <sys/epoll.h>
#include <time.h>

#include "base/priority.h"

static int on_http(sd_event_source *source, int fd, uint32_t revents, void *arg)
{
	(void)source, (void)fd, (void)revents;
	http_run(arg);
	return 0;
}

static int on_http_time(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)source, (void)usec;
	http_run(arg);
	return 0;
}

/*
 * Before each wait: libmicrohttpd tells when it wants to be called again.  Of a
 * source that is off nothing would be asked any more, so it always has a time.
 */
static int on_http_prepare(sd_event_source *source, void *arg)
{
	int timeout_ms = http_timeout_ms(arg);
	uint64_t now;

	if (timeout_ms < 0)
		return sd_event_source_set_time(source, UINT64_MAX);
	sd_event_now(sd_event_source_get_event(source), CLOCK_MONOTONIC, &now);
	return sd_event_source_set_time(source,
					now + (uint64_t)timeout_ms * 1000);
}

int http_watch_open(struct http_watch *watch, sd_event *event,
		    struct http *http)
{
	int err;

	err = sd_event_add_io(event, &watch->io, http_fd(http), EPOLLIN,
			      on_http, http);
	if (err >= 0)
		err = sd_event_add_time(event, &watch->timer, CLOCK_MONOTONIC,
					0, 1, on_http_time, http);
	if (err >= 0)
		err = sd_event_source_set_priority(watch->io, PRIORITY_HTTP);
	if (err >= 0)
		err = sd_event_source_set_priority(watch->timer, PRIORITY_HTTP);
	if (err >= 0)
		err = sd_event_source_set_prepare(watch->timer,
						  on_http_prepare);
	if (err >= 0)
		err = sd_event_source_set_enabled(watch->timer, SD_EVENT_ON);
	if (err < 0)
		http_watch_close(watch);
	return err < 0 ? err : 0;
}

void http_watch_close(struct http_watch *watch)
{
	watch->io = sd_event_source_disable_unref(watch->io);
	watch->timer = sd_event_source_disable_unref(watch->timer);
}
