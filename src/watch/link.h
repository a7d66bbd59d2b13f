/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * At boot the interface may come late: a bond, a card whose firmware takes half
 * a minute, an address by DHCP.  The service waits for it, as it waits later
 * for one that is removed.
 */
#ifndef WATCH_LINK_H
#define WATCH_LINK_H

#include <systemd/sd-event.h>

#include "model/model.h"

/*
 * Runs the event loop until the interface of the model is there and up; says
 * once, and to systemd, what it waits for.  0; or -ECANCELED, when a handler
 * has ended the loop; another negative errno.
 */
int watch_link_wait(sd_event *event, const struct model *model);

#endif
