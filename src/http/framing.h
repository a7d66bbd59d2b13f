/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HTTP_FRAMING_H
#define HTTP_FRAMING_H

#include <microhttpd.h>
#include <stdbool.h>

/*
 * Whether a request's headers leave no doubt where its body ends.  Where two
 * programs on its way would answer that differently, one of them takes a part
 * of it for another request (RFC 9112, 6.1, 6.3 and 11.2).
 */
bool http_framing_is_plain(struct MHD_Connection *connection,
			   const char *version);

#endif
