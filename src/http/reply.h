/* SPDX-License-Identifier: GPL-2.0-only */
/* Answers, as libmicrohttpd sends them. */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <microhttpd.h>

#include "http/http.h"

/* A sentence of this file's own; allow (may be NULL) for status 405. */
enum MHD_Result http_reply_text(struct MHD_Connection *connection,
				unsigned int status, const char *text,
				const char *allow);

/* Takes the body, packed if the client can unpack it. */
enum MHD_Result http_reply_document(struct http *http,
				    struct MHD_Connection *connection,
				    struct http_reply *reply);

#endif
