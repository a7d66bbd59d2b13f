/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/keys.h"

#include <stdio.h>
#include <string.h>

/* Both are bounded: the names of the schema, and what is not much longer. */
#define NAME_MAX_LENGTH 32

bool config_keys_is(const yaml_node_t *key, const char *name)
{
	return key->type == YAML_SCALAR_NODE &&
	       key->data.scalar.length == strlen(name) &&
	       memcmp(key->data.scalar.value, name, strlen(name)) == 0;
}

const cyaml_schema_field_t *config_keys_find(const cyaml_schema_field_t *fields,
					     const yaml_node_t *key)
{
	for (; fields->key; fields++)
		if (config_keys_is(key, fields->key))
			return fields;
	return NULL;
}

/* Insertions, deletions and replacements that turn a into b (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_LENGTH + 1], length = strlen(b);

	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[length];
}

const char *config_keys_closest(const cyaml_schema_field_t *fields,
				const char *key)
{
	size_t best = strlen(key) > 3 ? 3 : 2;
	const char *name = NULL;

	if (strlen(key) > NAME_MAX_LENGTH)
		return NULL;
	for (; fields->key; fields++) {
		size_t d = distance(key, fields->key);

		if (d < best) {
			best = d;
			name = fields->key;
		}
	}
	return name;
}

const char *config_keys_list(const cyaml_schema_field_t *fields,
			     char buf[CONFIG_KEYS_LIST_SIZE])
{
	size_t used = 0;

	*buf = '\0';
	for (; fields->key && used < CONFIG_KEYS_LIST_SIZE; fields++)
		used += (size_t)snprintf(buf + used,
					 CONFIG_KEYS_LIST_SIZE - used, "%s%s",
					 used ? ", " : "", fields->key);
	return buf;
}
