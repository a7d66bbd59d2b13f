/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libmicrohttpd (MHD) in its "external epoll" mode: it owns an epoll set that
 * is itself a file descriptor, which our loop watches.  No thread, no lock.
 *
 * Limits bound what clients can take from the one thread: connections in all
 * and per address, idle time, time for a request, memory per connection, size
 * of a body.
 */
#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/http.h"
#include "http/clients.h"
#include "http/framing.h"
#include "http/listen.h"
#include "http/private.h"
#include "http/reply.h"
#include "base/monotime.h"

#define CONNECTION_MEMORY (16 * 1024) /* request line and headers */
#define SKIP_MAX	  (16 * HTTP_BODY_MAX)
#define RUNS_MAX	  4

/* What came of a request so far. */
struct incoming {
	char *body;
	size_t length;
	bool too_large;
	bool again; /* it is asked for again */
	struct MHD_Connection *connection;
	struct incoming *next; /* that is suspended as well */
};

static bool is_read(const char *method)
{
	return !strcmp(method, MHD_HTTP_METHOD_GET) ||
	       !strcmp(method, MHD_HTTP_METHOD_HEAD);
}

struct http_client *http_client_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

/* The connection rests until resume(). */
static enum MHD_Result suspend(struct incoming *in, struct incoming **list)
{
	in->next = *list;
	*list = in;
	MHD_suspend_connection(in->connection);
	return MHD_YES;
}

static void resume(struct incoming **list)
{
	while (*list) {
		struct incoming *in = *list;
		struct http_client *client = http_client_of(in->connection);

		*list = in->next;
		if (client)
			client->waits = false;
		MHD_resume_connection(in->connection);
	}
}

static enum MHD_Result wait_for_it(struct http *http, struct incoming *in)
{
	struct http_client *client = http_client_of(in->connection);

	if (client)
		client->waits = true;
	in->again = true;
	return suspend(in, &http->waiting);
}

static enum MHD_Result answer(struct http *http, struct incoming *in,
			      const struct http_request *request)
{
	struct MHD_Connection *connection = in->connection;
	struct http_reply reply = { 0 };
	int err;

	if (http->reads_only && !is_read(request->method))
		return http_reply_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
				       "Only GET and HEAD are answered here.\n",
				       "GET, HEAD");
	/* After a turn's time is over there is another one. */
	if (http_turn_is_over(&http->turn))
		return suspend(in, &http->parked);
	err = http->answer(http->arg, request, &reply);
	if (err == -EAGAIN)
		return wait_for_it(http, in);
	if (err < 0) {
		free(reply.body);
		return http_reply_text(
			connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
			"The document could not be made.\n", NULL);
	}
	if (!reply.type && !reply.document) {
		free(reply.body);
		return http_reply_text(connection, MHD_HTTP_NOT_FOUND,
				       "There is no such document.\n", NULL);
	}
	return http_reply_document(http, connection, &reply);
}

/*
 * Unless it means nothing here: then it is read all the same, as otherwise it
 * would become the connection's next request.
 */
static void take_body(const struct http *http, struct incoming *in,
		      const char *piece, size_t size)
{
	char *body;

	if (http->reads_only || in->too_large)
		return;
	body = in->length + size <= HTTP_BODY_MAX
		       ? realloc(in->body, in->length + size)
		       : NULL;
	if (!body) {
		free(in->body);
		in->body = NULL;
		in->length = 0;
		in->too_large = true;
		return;
	}
	memcpy(body + in->length, piece, size);
	in->body = body;
	in->length += size;
}

/* More than is worth reading only to be polite: who sends that may be cut off.
 */
static bool announces_too_much(struct MHD_Connection *connection)
{
	const char *length = MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

	return length && strtoull(length, NULL, 10) > SKIP_MAX;
}

/*
 * MHD calls once with the headers, then for each piece of a body, then once
 * more for the answer.  An answer to the headers alone ends the connection.
 */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection,
				  const char *path, const char *method,
				  const char *version, const char *body,
				  size_t *body_size, void **state)
{
	struct http *http = arg;
	struct incoming *in = *state;
	struct http_request request = { .method = method, .path = path };

	if (!in) {
		in = *state = calloc(1, sizeof(*in));
		if (!in)
			return MHD_NO;
		in->connection = connection;
		if (!http_framing_is_plain(connection, version))
			return http_reply_text(
				connection, MHD_HTTP_BAD_REQUEST,
				"The headers are in doubt about the length of "
				"the request.\n",
				NULL);
		in->too_large =
			!http->reads_only && announces_too_much(connection);
		if (!in->too_large)
			return MHD_YES;
	} else if (*body_size > 0) {
		take_body(http, in, body, *body_size);
		*body_size = 0;
		return MHD_YES;
	}
	request.body = in->body;
	request.length = in->length;
	request.too_large = in->too_large;
	request.again = in->again;
	request.open = http->reads_only;
	return answer(http, in, &request);
}

static void on_completed(void *arg, struct MHD_Connection *connection,
			 void **state, enum MHD_RequestTerminationCode why)
{
	struct http_client *client = http_client_of(connection);
	struct incoming *in = *state;

	(void)arg, (void)why;
	if (client)
		http_clients_answered(client);
	if (in)
		free(in->body);
	free(in);
	*state = NULL;
}

static void on_connection(void *arg, struct MHD_Connection *connection,
			  void **context,
			  enum MHD_ConnectionNotificationCode what)
{
	struct http *http = arg;
	const union MHD_ConnectionInfo *info;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(
			connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		*context = http_clients_add(&http->clients, info->connect_fd);
	} else if (*context) {
		http_clients_remove(&http->clients, *context);
		*context = NULL;
	}
}

/* A path is cut at its slashes before its %XX are read, by who answers. */
static size_t keep_escapes(void *arg, struct MHD_Connection *connection,
			   char *text)
{
	(void)arg, (void)connection;
	return strlen(text);
}

__attribute__((format(printf, 2, 0))) static void
keep_error(void *arg, const char *format, va_list args)
{
	struct http *http = arg;

	vsnprintf(http->error, sizeof(http->error), format, args);
	http->error[strcspn(http->error, "\n")] = '\0';
}

/* MHD closes fd, also where it does not start. */
static int start(struct http *http, int fd, char *why, size_t why_size)
{
	http->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_ERROR_LOG | MHD_ALLOW_SUSPEND_RESUME, 0,
		NULL, NULL, on_request, http, MHD_OPTION_EXTERNAL_LOGGER,
		keep_error, http, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned int)HTTP_CONNECTIONS_MAX,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		(unsigned int)HTTP_CONNECTIONS_PER_ADDRESS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)HTTP_IDLE_SECONDS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
		MHD_OPTION_END);
	if (http->daemon)
		return 0;
	snprintf(why, why_size, "the HTTP server did not start: %s",
		 http->error);
	return -EIO;
}

static int open_at(struct http **out, int fd, const struct http *form,
		   char *why, size_t why_size)
{
	struct http *http = malloc(sizeof(*http));
	int err = -ENOMEM;

	if (http) {
		*http = *form;
		err = start(http, fd, why, why_size);
	} else {
		snprintf(why, why_size, "%s", strerror(ENOMEM));
		close(fd);
	}
	if (err)
		free(http);
	else
		*out = http;
	return err;
}

int http_open(struct http **out, const struct addr *address, uint16_t port,
	      http_answer_fn answer_fn, void *arg, char *why, size_t why_size)
{
	struct http form = {
		.answer = answer_fn,
		.arg = arg,
		.reads_only = true,
		.port = port,
		.expire_at = -1,
	};
	int fd = http_listen(address, &form.port, why, why_size);

	return fd < 0 ? fd : open_at(out, fd, &form, why, why_size);
}

int http_open_unix(struct http **out, int fd, http_answer_fn answer_fn,
		   void *arg, char *why, size_t why_size)
{
	const struct http form = {
		.answer = answer_fn,
		.arg = arg,
		.expire_at = -1,
	};

	return open_at(out, fd, &form, why, why_size);
}

void http_close(struct http *http)
{
	if (!http)
		return;
	/* Of a suspended connection libmicrohttpd does not let go. */
	resume(&http->parked);
	resume(&http->waiting);
	MHD_stop_daemon(http->daemon);
	free(http);
}

void http_wake(struct http *http)
{
	resume(&http->waiting);
	http->expire_at = 0;
}

uint16_t http_port(const struct http *http)
{
	return http->port;
}

int http_fd(const struct http *http)
{
	return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)
		->epoll_fd;
}

static int ms_until(double at)
{
	double left = at - monotime_now();

	return left > 0 ? (int)(left * 1000) + 1 : 0;
}

int http_timeout_ms(const struct http *http)
{
	int ours = http->expire_at < 0 ? -1 : ms_until(http->expire_at);
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(http->daemon, &ms) != MHD_YES)
		return ours;
	if (ours >= 0 && (MHD_UNSIGNED_LONG_LONG)ours < ms)
		return ours;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

/*
 * At its limit MHD stops accepting, and takes that up again only at the start
 * of a run: the one that made room is not enough.
 */
void http_run(struct http *http)
{
	bool made_room = true;

	http_turn_begin(&http->turn);
	resume(&http->parked);
	for (int i = 0; i < RUNS_MAX && made_room; i++) {
		size_t n = http->clients.n;

		MHD_run(http->daemon);
		made_room = http->clients.n < n;
	}
	http->expire_at = http_clients_expire(&http->clients);
	if (made_room || http->parked) /* others have their turn before */
		http->expire_at = 0;
}
