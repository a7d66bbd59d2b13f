/* SPDX-License-Identifier: GPL-2.0-only */
#include "http/clients.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "http/http.h"
#include "base/monotime.h"

struct http_client *http_clients_add(struct http_clients *clients, int fd)
{
	struct http_client *client = calloc(1, sizeof(*client));

	if (!client)
		return NULL;
	client->fd = fd;
	client->since = client->moved = monotime_now();
	client->next = clients->first;
	client->link = &clients->first;
	if (client->next)
		client->next->link = &client->next;
	clients->first = client;
	clients->n++;
	return client;
}

void http_clients_remove(struct http_clients *clients,
			 struct http_client *client)
{
	*client->link = client->next;
	if (client->next)
		client->next->link = client->link;
	clients->n--;
	free(client);
}

void http_clients_answered(struct http_client *client)
{
	client->since = client->moved = monotime_now();
}

void http_clients_moved(struct http_client *client)
{
	client->moved = monotime_now();
}

static double end_of(const struct http_client *client, bool crowded)
{
	const double end = client->since + HTTP_REQUEST_SECONDS;
	const double soon = client->moved + HTTP_CROWDED_SECONDS;

	return crowded && !client->waits && soon < end ? soon : end;
}

double http_clients_expire(struct http_clients *clients)
{
	const bool crowded = clients->n >= HTTP_CONNECTIONS_MAX;
	double now = monotime_now(), next = -1;

	for (struct http_client *c = clients->first; c; c = c->next) {
		double end = end_of(c, crowded);

		if (c->ended)
			continue;
		/* The descriptor is libmicrohttpd's, which sees the end of it
		 * and closes it. */
		if (end <= now)
			c->ended = !shutdown(c->fd, SHUT_RDWR);
		else if (next < 0 || end < next)
			next = end;
	}
	return next;
}
