/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include <stddef.h>

#include "base/addr.h"

/*
 * A TCP socket that listens; *port, where 0, becomes what the kernel chose.
 * Its descriptor; or negative errno, with why for the user.
 */
int http_listen(const struct addr *address, uint16_t *port, char *why,
		size_t why_size);

#endif
