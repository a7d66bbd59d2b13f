/* SPDX-License-Identifier: GPL-2.0-only */
#include "scrape.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/monotime.h"
#include "base/priority.h"
#include "control/private.h"
#include "http/document.h"
#include "metrics/page.h"

#define SLICE_SECONDS 0.002

struct scrape {
	struct control *control;
	struct listener *listener;
	sd_event_source *slices; /* on: there is something to do */

	/* All that are in memory; the last one may be under way. */
	struct http_document *pages[SCRAPE_PAGES];
	struct http_document *latest; /* one of them, NULL: none yet */
	double made_at, cost;	      /* of the latest */
	int err;		      /* instead of it */

	struct http_document *making; /* one of them; NULL: none is made */
	uint64_t ticket;	      /* of what is gathered for it */
	struct metrics_page *page;    /* NULL: until that is done */
	double spent;
};

static struct gather *gather_of(const struct scrape *s)
{
	return s->control->gather;
}

/* Where a page may be; NULL: all that may be are read by somebody. */
static struct http_document **find_room(struct scrape *s)
{
	for (size_t i = 0; i < SCRAPE_PAGES; i++) {
		struct http_document **page = &s->pages[i];

		if (*page && *page != s->latest && *page != s->making &&
		    http_document_is_unused(*page)) {
			http_document_unref(*page);
			*page = NULL;
		}
		if (!*page)
			return page;
	}
	return NULL;
}

static void finish(struct scrape *s, int err)
{
	metrics_page_free(s->page);
	s->page = NULL;
	if (!err)
		err = http_document_end(s->making);
	if (!err) {
		s->latest = s->making;
		s->made_at = monotime_now();
		s->cost = s->spent;
	}
	s->err = err;
	s->making = NULL;
	find_room(s); /* lets go of what nobody reads */
}

/* Of a page: 1: there is more to do; 0: that was all; or negative errno. */
static int begin_page(struct scrape *s)
{
	const struct snapshot *snapshot;
	int err = gather_snapshot(gather_of(s), s->ticket, &snapshot);

	if (!err)
		err = metrics_page_begin(&s->page, snapshot);
	return err ? err : 1;
}

static int write_piece(struct scrape *s)
{
	const char *text;
	size_t length;
	int more = metrics_page_next(s->page, gather_current(gather_of(s)),
				     &text, &length);
	int err =
		more < 0 ? more : http_document_write(s->making, text, length);

	return err ? err : more;
}

/* Some ten microseconds; whether there is more to do. */
static bool work(struct scrape *s)
{
	int more;

	if (gather_is_busy(gather_of(s)))
		return gather_step(gather_of(s)) || s->making;
	if (!s->making)
		return false;
	more = s->page ? write_piece(s) : begin_page(s);
	if (more <= 0)
		finish(s, more);
	return s->making;
}

static double cpu_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool slice(struct scrape *s)
{
	const double end = monotime_now() + SLICE_SECONDS, began = cpu_now();
	bool more;

	do
		more = work(s);
	while (more && monotime_now() < end);
	s->spent += cpu_now() - began;
	return more;
}

static int on_slices(sd_event_source *source, void *arg)
{
	struct scrape *s = arg;
	const bool waited_for = s->making;

	if (slice(s))
		sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	if (waited_for && !s->making)
		listener_wake(s->listener);
	return 0;
}

void scrape_gather(struct scrape *s)
{
	if (gather_is_busy(gather_of(s)))
		sd_event_source_set_enabled(s->slices, SD_EVENT_ONESHOT);
}

static bool is_fresh(const struct scrape *s)
{
	double seconds = 9 * s->cost;

	if (seconds > SCRAPE_SHARED_SECONDS)
		seconds = SCRAPE_SHARED_SECONDS;
	return s->latest && monotime_now() - s->made_at <= seconds;
}

/* 0; or negative errno, -EAGAIN: it is not done yet. */
static int make(struct scrape *s, struct http_document **room)
{
	int err = http_document_new(room,
				    "text/plain; version=0.0.4; charset=utf-8");

	if (err)
		return err;
	control_look_attached(s->control);
	s->making = *room;
	s->spent = 0;
	s->ticket = gather_page(gather_of(s));
	if (slice(s))
		sd_event_source_set_enabled(s->slices, SD_EVENT_ONESHOT);
	return s->making ? -EAGAIN : s->err;
}

/* Who waited takes what came of it, also if that is not fresh any more. */
int scrape_answer(struct scrape *s, const struct http_request *request,
		  struct http_reply *reply)
{
	struct http_document **room;
	int err = 0;

	if (request->again) {
		err = s->err;
	} else if (!is_fresh(s)) {
		room = s->making ? NULL : find_room(s);
		if (s->making)
			err = -EAGAIN;
		else if (room)
			err = make(s, room);
	}
	if (!err)
		reply->document = s->latest;
	return err;
}

int scrape_open(struct scrape **out, sd_event *event, struct control *control,
		struct listener *listener)
{
	struct scrape *s = calloc(1, sizeof(*s));
	int err;

	*out = NULL;
	if (!s)
		return -ENOMEM;
	s->control = control;
	s->listener = listener;
	err = sd_event_add_defer(event, &s->slices, on_slices, s);
	if (err >= 0)
		err = sd_event_source_set_priority(s->slices, PRIORITY_HTTP);
	if (err >= 0)
		err = sd_event_source_set_enabled(s->slices, SD_EVENT_OFF);
	if (err < 0)
		scrape_close(s);
	else
		*out = s;
	return err < 0 ? err : 0;
}

/* Who still reads a page has it until http_close(). */
void scrape_close(struct scrape *s)
{
	if (!s)
		return;
	metrics_page_free(s->page);
	for (size_t i = 0; i < SCRAPE_PAGES; i++)
		http_document_unref(s->pages[i]);
	sd_event_source_disable_unref(s->slices);
	free(s);
}
