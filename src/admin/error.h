/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mistakes as the API tells them.  In text they are lines, each a sentence that
 * may begin with a place of the request's body, as control.h has it:
 * "backends[0].port: expected ...".
 */
#ifndef ADMIN_ERROR_H
#define ADMIN_ERROR_H

#include <jansson.h>

/*
 * {"error": sentence, "path": JSON pointer (RFC 6901), where there is a place},
 * and of several mistakes all in "errors".  NULL without memory.
 */
json_t *admin_error_to_json(const char *text);

#endif
