/* SPDX-License-Identifier: GPL-2.0-only */
/* The keys that a group of a schema has, and those that were meant. */
#ifndef CONFIG_KEYS_H
#define CONFIG_KEYS_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <yaml.h>

/* Whether the node is this key.  A key may hold a NUL, so its length counts. */
bool config_keys_is(const yaml_node_t *key, const char *name);

/* The field of that key, or NULL. */
const cyaml_schema_field_t *config_keys_find(const cyaml_schema_field_t *fields,
					     const yaml_node_t *key);

/* The name of the field that a misspelt key most likely means, or NULL. */
const char *config_keys_closest(const cyaml_schema_field_t *fields,
				const char *key);

#define CONFIG_KEYS_LIST_SIZE 512

/* "name, address, ports" into buf, which is returned. */
const char *config_keys_list(const cyaml_schema_field_t *fields,
			     char buf[CONFIG_KEYS_LIST_SIZE]);

#endif
