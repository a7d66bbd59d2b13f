/* SPDX-License-Identifier: GPL-2.0-only */
/* The path of a request, in parts. */
#ifndef ADMIN_PATH_H
#define ADMIN_PATH_H

#include <stdbool.h>
#include <stddef.h>

#define ADMIN_PATH_PARTS 8

struct admin_path {
	char *part[ADMIN_PATH_PARTS]; /* decoded */
	size_t n;
	char *text;
};

/*
 * Cuts at slashes, then decodes each %XX, so that a part may have any character
 * but NUL.  0; -EINVAL: no such path can be; -ENOMEM.  To be freed in any case.
 */
int admin_path_parse(struct admin_path *path, const char *text);
void admin_path_free(struct admin_path *path);

/* "/v1/services/?/backends": each ? is any one part. */
bool admin_path_matches(const struct admin_path *path, const char *pattern);

#endif
