/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flows of sticky services are forgotten when they are idle: the program that
 * remembers them has no clock.  It is done in slices of two milliseconds, so
 * that nothing else waits for it.
 */
#ifndef DAEMON_FLOWS_H
#define DAEMON_FLOWS_H

#include <systemd/sd-event.h>

#include "instance/instance.h"

struct daemon_flows;

/*
 * From now on those of this instance, in->flows and in->n_flows; *flows is NULL
 * or watches an instance before it, and becomes NULL where nothing is sticky.
 * 0 or negative errno.
 */
int daemon_flows_watch(struct daemon_flows **flows, sd_event *event,
		       struct instance *in);
void daemon_flows_close(struct daemon_flows *flows);

#endif
