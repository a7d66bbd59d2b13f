/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DAEMON_HTTP_H
#define DAEMON_HTTP_H

#include <systemd/sd-event.h>

#include "http/http.h"

/* The loop runs it from now on, as long as both are there.  0 or -errno. */
int daemon_http_watch(sd_event *event, struct http *http);

#endif
