/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The metrics' listener.  Where an older udplb is to be replaced, that one has
 * its address until it has noticed: then it is asked for again and again.
 */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "http/http.h"
#include "model/model.h"

struct control;
struct listener;

/*
 * replace: an older udplb may have the address; without, that is an error.
 * model must outlive it.  0; or negative errno, logged.
 */
int listener_open(struct listener **out, sd_event *event,
		  const struct model *model, bool replace,
		  http_answer_fn answer, void *arg);

/*
 * The loop runs it from now on, and ready() is called once: at once, or when
 * the older one has let go of address and lock, or has not for five seconds; it
 * is asked for once a second then.  0 or negative errno.
 */
int listener_start(struct listener *listener, struct control *control,
		   void (*ready)(void *arg), void *arg);

/* 0: it does not listen yet. */
uint16_t listener_port(const struct listener *listener);

/* Whoever was told to ask again (-EAGAIN) does so. */
void listener_wake(struct listener *listener);

void listener_close(struct listener *listener);

#endif
