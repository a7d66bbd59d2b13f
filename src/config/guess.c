/* SPDX-License-Identifier: GPL-2.0-only */
/* What a key that nobody knows may have meant. */
#include <stdio.h>
#include <string.h>

#include "config/key.h"

/* Both are bounded: the names of the tables, and what is not much longer. */
#define NAME_MAX_LENGTH 32
#define LIST_SIZE	512

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

static const struct config_key *closest(const struct config_group *group,
					const char *name)
{
	size_t best = strlen(name) > 3 ? 3 : 2;
	const struct config_key *found = NULL;

	if (strlen(name) > NAME_MAX_LENGTH)
		return NULL;
	for (const struct config_key *key = group->keys; key->name; key++) {
		size_t d = distance(name, key->name);

		if (d < best) {
			best = d;
			found = key;
		}
	}
	return found;
}

/* "address:192.0.2.1" is one word where braces are around it. */
static const struct config_key *glued(const struct config_group *group,
				      const char *name)
{
	const struct config_key *key = group->keys;
	size_t length = strcspn(name, ":");

	while (key->name && (!name[length] || strlen(key->name) != length ||
			     strncmp(key->name, name, length) != 0))
		key++;
	return key->name ? key : NULL;
}

/* "name, address, ports" */
static const char *list_keys(const struct config_group *group,
			     char buf[LIST_SIZE])
{
	size_t used = 0;

	*buf = '\0';
	for (const struct config_key *key = group->keys;
	     key->name && used < LIST_SIZE; key++)
		used += (size_t)snprintf(buf + used, LIST_SIZE - used, "%s%s",
					 used ? ", " : "", key->name);
	return buf;
}

const struct config_key *config_key_guess(const struct config_place *place,
					  const struct config_group *group,
					  const struct config_node *node)
{
	const struct config_key *known = glued(group, node->text);
	char quoted[CONFIG_QUOTED_SIZE], list[LIST_SIZE];
	struct config_place at;

	config_errors_quote(node->text, quoted);
	quoted[strlen(quoted) - 1] = '\0';
	at = config_place_key(place, quoted + 1, node);
	if (known) {
		config_errors_add(at.errors, node->line, at.path,
				  "unknown key; write a space behind \"%s:\"",
				  known->name);
		return known;
	}
	known = closest(group, node->text);
	if (strstr(node->text, "\xc2\xa0"))
		config_errors_add(at.errors, node->line, at.path,
				  "unknown key; it contains a no-break space "
				  "(U+00A0), which only looks like a space");
	else if (known)
		config_errors_add(at.errors, node->line, at.path,
				  "unknown key; did you mean \"%s\"?",
				  known->name);
	else
		config_errors_add(at.errors, node->line, at.path,
				  "unknown key; expected one of: %s",
				  list_keys(group, list));
	return known;
}
