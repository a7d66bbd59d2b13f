/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ADMIN_ERROR_H
#define ADMIN_ERROR_H

#include <jansson.h>

#include "yaml/errors.h"

/*
 * Mistakes as the API tells them: {"error": sentence}; with "path", a JSON
 * pointer (RFC 6901), where the request's body has it; with "file", "line" and
 * "key" where a file has it.  Of several mistakes all are in "errors".  Without
 * any, or without memory for them, what err says.  NULL without memory.
 */
json_t *admin_error_to_json(const struct config_errors *errors, int err);

#endif
