/* SPDX-License-Identifier: GPL-2.0-only */
/* An HTTP listener (libmicrohttpd, on our event loop): over TCP to read only,
 * over a unix socket also to change things. */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/addr.h"

#define HTTP_CONNECTIONS_MAX	     64
#define HTTP_CONNECTIONS_PER_ADDRESS 32 /* of clients */
#define HTTP_IDLE_SECONDS	     10
#define HTTP_REQUEST_SECONDS	     30 /* for a request and its answer */
#define HTTP_CROWDED_SECONDS	     1	/* for each step, with no place left */
#define HTTP_BODY_MAX		     262144UL

struct http;

/* Valid during the call. */
struct http_request {
	const char *method;
	const char *path; /* without the query; %XX as they were sent */
	const char *body; /* NULL: none; always, over TCP */
	size_t length;
	bool too_large; /* the body is; none of it is here */
	bool again;	/* -EAGAIN was what came of it before */
	bool open;	/* over TCP, where anybody may ask who can connect */
};

/*
 * A document that is made while it is sent.  read() is called from the loop,
 * again and again: it returns how much of room it used, 0 at the end, or
 * negative, and the connection ends.  close() is called in any case, and maybe
 * when nothing else is left but http_close().
 */
struct http_stream {
	ssize_t (*read)(void *arg, char *to, size_t room);
	void (*close)(void *arg);
	void *arg;
};

struct http_document;

/* A document; type (a constant) NULL means 404.  body is freed by http with
 * free().  allow (a constant) is for status 405. */
struct http_reply {
	unsigned int status; /* 0 stands for 200 */
	const char *type;
	const char *allow;
	char *body;
	size_t length;
	struct http_stream stream; /* read set: in place of the body */
	/* In place of the body and its type; http becomes another owner. */
	struct http_document *document;
};

/*
 * Answers a request, over TCP only GET and HEAD.  0; or negative errno: 500,
 * but -EAGAIN: it is asked for again after http_wake().  *reply comes zeroed.
 */
typedef int (*http_answer_fn)(void *arg, const struct http_request *request,
			      struct http_reply *reply);

/* Port 0 lets the kernel choose: http_port().  0; or negative errno, as
 * -EADDRINUSE, with why for the user. */
int http_open(struct http **out, const struct addr *address, uint16_t port,
	      http_answer_fn answer, void *arg, char *why, size_t why_size);

/* On a unix socket that listens; it is closed by http, whatever comes. */
int http_open_unix(struct http **out, int fd, http_answer_fn answer, void *arg,
		   char *why, size_t why_size);
void http_close(struct http *http);

/* Those who wait are asked for again; not to be called by who answers. */
void http_wake(struct http *http);

uint16_t http_port(const struct http *http);

/* Run when the fd is readable or the time is over (-1: none). */
int http_fd(const struct http *http);
int http_timeout_ms(const struct http *http);
void http_run(struct http *http);

#endif
