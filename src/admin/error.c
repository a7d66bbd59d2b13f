/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/error.h"

#include <stdlib.h>
#include <string.h>

/* "name", "name[0]", and what follows behind a dot.  Where it ends, or NULL. */
static const char *skip_step(const char *at)
{
	size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyz_");

	if (!n)
		return NULL;
	at += n;
	if (*at != '[')
		return at;
	n = strspn(++at, "0123456789");
	return n && at[n] == ']' ? at + n + 1 : NULL;
}

/* How long the place is that a line begins with; 0: it has none. */
static size_t place_length(const char *line)
{
	const char *at = skip_step(line);

	while (at && *at == '.')
		at = skip_step(at + 1);
	return at && at[0] == ':' && at[1] == ' ' ? (size_t)(at - line) : 0;
}

/* Names of keys have nothing that a pointer would have to escape. */
static json_t *to_pointer(const char *place, size_t length)
{
	char *text = malloc(length + 2), *to = text;
	json_t *json;

	if (!text)
		return NULL;
	*to++ = '/';
	for (size_t i = 0; i < length; i++)
		if (place[i] != ']')
			*to++ = place[i] == '.' || place[i] == '[' ? '/'
								   : place[i];
	json = json_stringn(text, (size_t)(to - text));
	free(text);
	return json;
}

static json_t *line_to_json(const char *line, size_t length)
{
	size_t place = place_length(line), skip = place ? place + 2 : 0;
	json_t *json;

	if (!place && !strncmp(line, ": ", 2))
		skip = 2;
	json = json_pack("{ss%}", "error", line + skip, length - skip);
	if (json && place)
		json_object_set_new(json, "path", to_pointer(line, place));
	else if (json && skip)
		json_object_set_new(json, "path", json_string(""));
	return json;
}

json_t *admin_error_to_json(const char *text)
{
	json_t *all = json_array(), *json;

	for (const char *line = text; line && *line;) {
		size_t length = strcspn(line, "\n");

		json_array_append_new(all, line_to_json(line, length));
		line += length + (line[length] == '\n');
	}
	json = json_copy(json_array_get(all, 0));
	if (json && json_array_size(all) > 1)
		json_object_set(json, "errors", all);
	json_decref(all);
	return json;
}
