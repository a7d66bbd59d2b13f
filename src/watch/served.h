/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tells once what an operator would otherwise see in counters only: a service
 * that nobody serves, or that is open because all its backends fail; and
 * backends that never answered ARP or ND.
 */
#ifndef WATCH_SERVED_H
#define WATCH_SERVED_H

#include "instance/instance.h"

struct served;

/*
 * From now on of this instance, which outlives it or the next call; what was
 * told stays told.  from: by backend index, what it was so far, 0 or NULL for
 * new ones.  *served is NULL at first.  0 or -ENOMEM, and nothing is told.
 */
int served_follow(struct served **served, const struct instance *in,
		  const uint32_t *from);
void served_free(struct served *served); /* NULL is fine */

/* Once a second. */
void served_look(struct served *served);

#endif
