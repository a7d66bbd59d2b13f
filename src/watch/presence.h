/* SPDX-License-Identifier: GPL-2.0-only */
/* Presence on the daemon's event loop. */
#ifndef DAEMON_PRESENCE_H
#define DAEMON_PRESENCE_H

#include <systemd/sd-event.h>

#include "model/model.h"

struct daemon_presence;

/*
 * 0 and *out (NULL: nothing to do); or negative errno.  previous (or
 * NULL) is closed; what it held and is still wanted stays.
 */
int daemon_presence_open(struct daemon_presence **out, sd_event *event,
			 const struct model *model, int ifindex,
			 struct daemon_presence *previous);

/* Waits until VIPs that may be assigned are: less than a second. */
void daemon_presence_settle(struct daemon_presence *presence);

/* Whether both models want the same of it; false without memory. */
bool daemon_presence_same(const struct model *a, const struct model *b);
void daemon_presence_close(struct daemon_presence *presence);

#endif
