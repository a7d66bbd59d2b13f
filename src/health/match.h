/* SPDX-License-Identifier: GPL-2.0-only */
/* What an answer has to look like.  Pure. */
#ifndef HEALTH_MATCH_H
#define HEALTH_MATCH_H

#include <stddef.h>

#include "model/health.h"

/* An expectation made ready.  It keeps nothing of what it was made from. */
struct health_match;

/*
 * 0; -EINVAL with a sentence for the user in why, as for a regex that is wrong
 * or too large; -ENOMEM.
 */
int health_match_open(struct health_match **out,
		      const struct health_expect *expect, char *why,
		      size_t why_size);
void health_match_close(struct health_match *match);

/* The answer may contain any bytes, zeroes as well. */
bool health_match_test(const struct health_match *match, const void *answer,
		       size_t length);

/*
 * "48 65 6c", "48656C": the number of bytes written to out; -EINVAL where text
 * is no pairs of hexadecimal digits, -E2BIG where they are more than size.
 */
int health_match_hex(const char *text, uint8_t *out, size_t size);

#endif
