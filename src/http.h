/* SPDX-License-Identifier: GPL-2.0-only */
/* The read-only HTTP listener (libmicrohttpd, on our event loop). */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>

#include "addr.h"

#define HTTP_CONNECTIONS_MAX	     64
#define HTTP_CONNECTIONS_PER_ADDRESS 16 /* of clients */
#define HTTP_IDLE_SECONDS	     10

struct http;

/* A document; type (a constant) NULL means 404.  body is freed by http with
 * free(). */
struct http_reply {
	const char *type;
	char *body;
	size_t length;
};

/* Answers GET and HEAD of a path.  0, or negative errno: 500.  *reply comes
 * zeroed. */
typedef int (*http_get_fn)(void *arg, const char *path,
			   struct http_reply *reply);

/* Port 0 lets the kernel choose: http_port().  0; or negative errno, as
 * -EADDRINUSE, with why for the user. */
int http_open(struct http **out, const struct addr *address, uint16_t port,
	      http_get_fn get, void *arg, char *why, size_t why_size);
void http_close(struct http *http);

uint16_t http_port(const struct http *http);

/* Run when the fd is readable or the time is over (-1: none). */
int http_fd(const struct http *http);
int http_timeout_ms(const struct http *http);
void http_run(struct http *http);

#endif
