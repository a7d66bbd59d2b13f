/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ADMIN_YAML_H
#define ADMIN_YAML_H

#include <jansson.h>

/*
 * The same in JSON: quoted scalars and words are texts, other scalars numbers,
 * true, false or null.  NULL without memory, or where text is not YAML, has a
 * key that is no scalar, or repeats itself by aliases.
 */
json_t *admin_yaml_to_json(const char *text);

#endif
