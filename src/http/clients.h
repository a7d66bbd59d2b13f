/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who is connected, and since when without an answer.  libmicrohttpd only ends
 * connections that are silent, so a client that sends a byte now and then would
 * keep its place for ever; and it stops accepting when all places are taken.
 */
#ifndef HTTP_CLIENTS_H
#define HTTP_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>

struct http_client {
	struct http_client *next, **link;
	int fd;
	double since; /* connected or answered last, monotonic */
	double moved; /* the same, or took a part of an answer */
	bool waits;   /* for us */
	bool ended;
};

struct http_clients {
	struct http_client *first; /* the latest */
	size_t n;
};

/* NULL without memory: then nobody watches this one. */
struct http_client *http_clients_add(struct http_clients *clients, int fd);
void http_clients_remove(struct http_clients *clients,
			 struct http_client *client);
void http_clients_answered(struct http_client *client);
void http_clients_moved(struct http_client *client);

/*
 * Ends the connections whose time is over; with none left for others, it is
 * over soon for those that do not move.  Returns when there is more to do,
 * monotonic, or -1 for never.
 */
double http_clients_expire(struct http_clients *clients);

#endif
