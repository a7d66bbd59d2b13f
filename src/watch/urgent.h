/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A loop within the loop, for what must not wait: health checks, neighbours,
 * the tables that follow from them, the wish that we end.  It goes before
 * everything else with each turn of the outer one, and long work that the outer
 * one does may let it run (base/breathe.h).
 */
#ifndef WATCH_URGENT_H
#define WATCH_URGENT_H

#include <systemd/sd-event.h>

struct urgent;

/* 0 or negative errno; outer is kept. */
int urgent_open(struct urgent **out, sd_event *outer);
void urgent_close(struct urgent *urgent); /* NULL is fine */

/* Where sources are to be added. */
sd_event *urgent_event(const struct urgent *urgent);

/* What is due now, not from within itself; it returns after some time. */
void urgent_run(struct urgent *urgent);

/* For who leaves: nothing is done any more, not even what is due already. */
void urgent_end(struct urgent *urgent);

#endif
