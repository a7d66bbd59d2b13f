/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When tables are written.  Writing takes milliseconds, and a thousand backends
 * that fall together fall one by one: so what changes within some milliseconds
 * is one change, and writing never takes most of the loop's time.
 */
#ifndef WATCH_UPDATE_H
#define WATCH_UPDATE_H

#include <systemd/sd-event.h>

/* It waits that long for more ... */
#define WATCH_UPDATE_MS 10ULL
/* ... or twice as long as the last one took, but not longer than that. */
#define WATCH_UPDATE_MAX_MS 40ULL

struct watch_update;

/* write(arg) is called from the loop.  0 or negative errno; event is kept. */
int watch_update_open(struct watch_update **out, sd_event *event,
		      void (*write)(void *arg), void *arg);
void watch_update_close(struct watch_update *update); /* NULL is fine */

/* There is something to write; again and again is fine, and delays nothing. */
void watch_update_soon(struct watch_update *update);

#endif
