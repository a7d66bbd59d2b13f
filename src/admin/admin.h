/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The admin API, as docs/openapi.yaml describes it: HTTP and JSON on a unix
 * socket; what only reads, also wherever admin_answer() is asked.
 */
#ifndef ADMIN_H
#define ADMIN_H

#include <stdbool.h>

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

/* Answers from now on.  0; or negative errno, logged.  admin NULL is fine. */
int admin_start(struct admin *admin, struct control *control);

/* To be run by the loop; NULL: not started. */
struct http *admin_http(const struct admin *admin);

/* Removes the socket.  NULL is fine. */
void admin_close(struct admin *admin);

/* A request anywhere (an http_answer_fn); arg is the struct control. */
int admin_answer(void *arg, const struct http_request *request,
		 struct http_reply *reply);

#endif
