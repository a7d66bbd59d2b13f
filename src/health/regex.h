/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * POSIX extended regular expressions, and what glibc adds to them, in time that
 * is bounded whatever the text is: all ways to match are followed at once, each
 * byte of the text is looked at once.  Bytes, not characters; no \1.  Pure.
 */
#ifndef HEALTH_REGEX_H
#define HEALTH_REGEX_H

#include <stdbool.h>
#include <stddef.h>

/* Steps that a pattern may come to: how long a byte of the text may take. */
#define HEALTH_REGEX_SIZE_MAX 1024

struct health_regex;

/*
 * 0; -EINVAL with what is wrong, or that it is too large, in *why, which is
 * static; or -ENOMEM.
 */
int health_regex_open(struct health_regex **out, const char *pattern,
		      const char **why);
void health_regex_close(struct health_regex *regex); /* NULL is fine */

/* Whether it matches anywhere.  The regex is scratch memory as well. */
bool health_regex_test(struct health_regex *regex, const void *text,
		       size_t length);

#endif
