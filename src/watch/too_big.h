/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clients are told what does not fit into a tunnel, but not more often than the
 * model allows: the program that tells them cannot count by the second.
 */
#ifndef DAEMON_TOO_BIG_H
#define DAEMON_TOO_BIG_H

#include <systemd/sd-event.h>

#include "instance/instance.h"

struct daemon_too_big;

/* What in->tell_too_big has to be before the program is attached. */
bool daemon_too_big_at_first(const struct model *model);

/* From then on.  0 and *out (NULL: nobody is told), or negative errno. */
int daemon_too_big_open(struct daemon_too_big **out, sd_event *event,
			struct instance *in);
void daemon_too_big_close(struct daemon_too_big *too_big);

#endif
