/* SPDX-License-Identifier: GPL-2.0-only */
/* Regular expressions whose cost is bounded, whatever the text is.  Pure. */
#ifndef HEALTH_REGEX_H
#define HEALTH_REGEX_H

#include <stdbool.h>
#include <stddef.h>

struct health_regex;

/*
 * PCRE2's, for bytes and not for characters; "." takes newlines, "$" is the end
 * of the text only.  0; -EINVAL with what is wrong in why; or -ENOMEM.
 */
int health_regex_open(struct health_regex **out, const char *pattern, char *why,
		      size_t why_size);
void health_regex_close(struct health_regex *regex); /* NULL is fine */

/*
 * Whether it matches anywhere.  It does not if that cannot be told in the steps
 * that a test may take: some milliseconds.
 */
bool health_regex_test(const struct health_regex *regex, const void *text,
		       size_t length);

#endif
