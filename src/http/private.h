/* SPDX-License-Identifier: GPL-2.0-only */
/* A listener, as its files know it. */
#ifndef HTTP_PRIVATE_H
#define HTTP_PRIVATE_H

#include <microhttpd.h>

#include "http/clients.h"
#include "http/http.h"
#include "http/turn.h"

struct incoming;

struct http {
	struct MHD_Daemon *daemon;
	http_answer_fn answer;
	void *arg;
	bool reads_only;
	uint16_t port;
	struct http_clients clients;
	struct http_turn turn;
	struct incoming *parked;  /* until the next turn */
	struct incoming *waiting; /* until http_wake() */
	double expire_at; /* run again then, monotonic; negative: never */
	char error[256];  /* MHD's last words */
};

/* NULL where nobody watches it. */
struct http_client *http_client_of(struct MHD_Connection *connection);

#endif
