/* SPDX-License-Identifier: GPL-2.0-only */
#include "http/loop.h"

#include <sys/epoll.h>
#include <time.h>

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

int daemon_http_watch(sd_event *event, struct http *http)
{
	sd_event_source *timer = NULL;
	int err;

	err = sd_event_add_io(event, NULL, http_fd(http), EPOLLIN, on_http,
			      http);
	if (err >= 0)
		err = sd_event_add_time(event, &timer, CLOCK_MONOTONIC, 0, 1,
					on_http_time, http);
	if (err >= 0)
		err = sd_event_source_set_prepare(timer, on_http_prepare);
	if (err >= 0)
		err = sd_event_source_set_enabled(timer, SD_EVENT_ON);
	if (err >= 0) /* from now on the loop owns it */
		err = sd_event_source_set_floating(timer, true);
	sd_event_source_unref(timer);
	return err < 0 ? err : 0;
}
