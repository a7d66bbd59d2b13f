/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who asks for the metrics, and the reading of counters: in slices, behind
 * everything else that the loop has to do.  A page is made once for all who ask
 * within a second, or in less time where it is made in no time.
 */
#ifndef SCRAPE_H
#define SCRAPE_H

#include <systemd/sd-event.h>

#include "control/control.h"
#include "http/http.h"
#include "listener.h"
#include "metrics/gather.h"

/* As old as that may be who is asked: but a page that took a tenth of it or
 * less is made again sooner. */
#define SCRAPE_SHARED_SECONDS 1.0

/* So many pages are in memory, however slowly they are read; with all of them
 * in use, who asks gets the latest, HTTP_REQUEST_SECONDS old at most. */
#define SCRAPE_PAGES 3

struct scrape;

/* listener and control outlive it.  0 or negative errno. */
int scrape_open(struct scrape **out, sd_event *event, struct control *control,
		struct listener *listener);
void scrape_close(struct scrape *scrape); /* NULL is fine */

/* After each gather_tick(): goes on with what that began. */
void scrape_gather(struct scrape *scrape);

/* An http_answer_fn's answer. */
int scrape_answer(struct scrape *scrape, const struct http_request *request,
		  struct http_reply *reply);

#endif
