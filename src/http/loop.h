/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DAEMON_HTTP_H
#define DAEMON_HTTP_H

#include <systemd/sd-event.h>

#include "http/http.h"

/* How the loop runs a listener; zeroed: it does not. */
struct http_watch {
	sd_event_source *io, *timer;
};

/* http_watch_close() comes before http_close().  0 or -errno. */
int http_watch_open(struct http_watch *watch, sd_event *event,
		    struct http *http);
void http_watch_close(struct http_watch *watch);

#endif
