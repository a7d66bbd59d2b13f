/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The admin API, as docs/openapi.yaml describes it: HTTP and JSON on a unix
 * socket; what only reads, also wherever admin_answer() is asked.
 */
#ifndef ADMIN_H
#define ADMIN_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "http/http.h"
#include "model/model.h"

struct admin;
struct control;

/*
 * Makes the socket that the model says, which nobody finds yet.  replace: also
 * where another one is answered.  0 and *out, NULL where there is to be none;
 * or negative errno, logged.
 */
int admin_open(struct admin **out, const struct model *model, bool replace);

/*
 * The loop answers from now on.  0; or negative errno, logged, where the socket
 * was asked for and cannot be had.  NULL is fine.
 */
int admin_start(struct admin *admin, sd_event *event, struct control *control);

/* Once a second: a socket that is not there is made again.  NULL is fine. */
void admin_look(struct admin *admin);

/* Removes the socket.  NULL is fine. */
void admin_close(struct admin *admin);

/* A request anywhere (an http_answer_fn); arg is the struct control. */
int admin_answer(void *arg, const struct http_request *request,
		 struct http_reply *reply);

#endif
