/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the log tells of backends that come up and go down.  Of a few each has a
 * line; what happens to hundreds at once is one line for each service.
 */
#ifndef WATCH_TOLD_H
#define WATCH_TOLD_H

#include <systemd/sd-event.h>

#include "health/health.h"
#include "model/model.h"

/* In a second: lines of single backends, and then of services. */
#define TOLD_BACKENDS 20
#define TOLD_SERVICES 20

struct told;

/* 0 or negative errno; event is kept. */
int told_open(struct told **out, sd_event *event);
void told_close(struct told *told); /* NULL is fine */

/* The backend of the service is up or down now. */
void told_change(struct told *told, const struct model_service *service,
		 const struct model_backend *backend,
		 const struct health_result *result);

#endif
