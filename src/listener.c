/* SPDX-License-Identifier: GPL-2.0-only */
#include "listener.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/monotime.h"
#include "control/private.h"
#include "http/loop.h"

#define SOON_USEC    20000ULL
#define LATER_USEC   1000000ULL
#define WAIT_SECONDS 5

struct listener {
	sd_event *event;
	const struct model *model;
	http_answer_fn answer;
	void *arg;
	struct http *http; /* NULL: the older one still has the address */
	struct http_watch watch;
	sd_event_source *timer;
	double give_up; /* monotonic: then ready without the address */
	struct control *control;
	void (*ready)(void *arg); /* NULL: it was called */
	void *ready_arg;
};

static int listen_now(struct listener *l, char *why, size_t why_size)
{
	return http_open(&l->http, &l->model->metrics_address,
			 l->model->metrics_port, l->answer, l->arg, why,
			 why_size);
}

static bool is_older_there(const struct model *model)
{
	pid_t pid;

	return control_lock_owner(model->interface, &pid) == 1;
}

int listener_open(struct listener **out, sd_event *event,
		  const struct model *model, bool replace,
		  http_answer_fn answer, void *arg)
{
	struct listener *l = calloc(1, sizeof(*l));
	char why[256] = "no memory";
	int err = -ENOMEM;

	*out = NULL;
	if (l) {
		l->event = event;
		l->model = model;
		l->answer = answer;
		l->arg = arg;
		err = listen_now(l, why, sizeof(why));
	}
	if (!err || (err == -EADDRINUSE && replace && is_older_there(model))) {
		*out = l;
		return 0;
	}
	log_error("metrics.listen: %s", why);
	free(l);
	return err;
}

static void tell_hung(const struct listener *l)
{
	const struct model *model = l->model;
	char where[ENDPOINT_STRLEN];
	pid_t pid = 0;

	addr_format_endpoint(&model->metrics_address, model->metrics_port,
			     where);
	if (control_lock_owner(model->interface, &pid) != 1)
		log_warn("%s is taken by another program ('ss -ltnp' tells "
			 "which): packets are balanced, but there are no "
			 "metrics until it is gone",
			 where);
	else
		log_warn("the older udplb (pid %d) does not end: its program "
			 "is replaced, and packets are balanced here%s%s%s; "
			 "'kill -9 %d' ends it",
			 (int)pid, l->http ? "" : ", but it keeps ",
			 l->http ? "" : where,
			 l->http ? ""
				 : ", so there are no metrics until it is gone",
			 (int)pid);
}

static void become_ready(struct listener *l)
{
	if (l->ready)
		l->ready(l->ready_arg);
	l->ready = NULL;
}

/* 0, or negative errno: not yet. */
static int listen_again(struct listener *l)
{
	char why[256];
	int err = listen_now(l, why, sizeof(why));

	if (!err)
		err = http_watch_open(&l->watch, l->event, l->http);
	if (err) {
		http_close(l->http);
		l->http = NULL;
	} else if (!l->ready) {
		log_info("The metrics' address is free, and taken");
	}
	return err;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *arg)
{
	struct listener *l = arg;

	if (!l->http)
		listen_again(l);
	if (l->http && (!l->ready || control_is_alone(l->control))) {
		become_ready(l);
		return 0;
	}
	if (l->ready && monotime_now() > l->give_up) {
		tell_hung(l);
		become_ready(l);
	}
	sd_event_source_set_time(source,
				 usec + (l->ready ? SOON_USEC : LATER_USEC));
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int listener_start(struct listener *l, struct control *control,
		   void (*ready)(void *arg), void *arg)
{
	uint64_t now;
	int err = 0;

	l->control = control;
	l->ready = ready;
	l->ready_arg = arg;
	if (l->http)
		err = http_watch_open(&l->watch, l->event, l->http);
	if (err)
		return err;
	if (l->http && control_is_alone(control)) {
		become_ready(l);
		return 0;
	}
	l->give_up = monotime_now() + WAIT_SECONDS;
	sd_event_now(l->event, CLOCK_MONOTONIC, &now);
	err = sd_event_add_time(l->event, &l->timer, CLOCK_MONOTONIC, now, 1,
				on_timer, l);
	return err < 0 ? err : 0;
}

uint16_t listener_port(const struct listener *l)
{
	return l->http ? http_port(l->http) : 0;
}

void listener_wake(struct listener *l)
{
	if (l->http)
		http_wake(l->http);
}

void listener_close(struct listener *l)
{
	if (!l)
		return;
	sd_event_source_disable_unref(l->timer);
	http_watch_close(&l->watch);
	http_close(l->http);
	free(l);
}
