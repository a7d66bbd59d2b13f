/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/utf8.h"

/* In place: what is decoded is never longer. */
static bool decode(char *part)
{
	char *to = part;

	for (const char *from = part; *from; from++) {
		int byte;

		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		byte = hex_byte(from + 1);
		if (byte <= 0)
			return false;
		*to++ = (char)byte;
		from += 2;
	}
	*to = '\0';
	/* Nothing is called so, and no JSON could quote it. */
	return utf8_is_valid(part);
}

int admin_path_parse(struct admin_path *path, const char *text)
{
	char *rest;

	*path = (struct admin_path){ .text = strdup(text) };
	rest = path->text;
	if (!rest)
		return -ENOMEM;
	if (*rest++ != '/')
		return -EINVAL;
	while (rest) {
		if (path->n == ADMIN_PATH_PARTS)
			return -EINVAL;
		path->part[path->n] = strsep(&rest, "/");
		if (!decode(path->part[path->n++]))
			return -EINVAL;
	}
	return 0;
}

void admin_path_free(struct admin_path *path)
{
	free(path->text);
	path->text = NULL;
}

bool admin_path_matches(const struct admin_path *path, const char *pattern)
{
	for (size_t i = 0; i < path->n; i++) {
		size_t length;

		if (*pattern++ != '/')
			return false;
		length = strcspn(pattern, "/");
		if (!(length == 1 && *pattern == '?' && *path->part[i]) &&
		    (strlen(path->part[i]) != length ||
		     strncmp(path->part[i], pattern, length) != 0))
			return false;
		pattern += length;
	}
	return !*pattern;
}
