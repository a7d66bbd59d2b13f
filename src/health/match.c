/* SPDX-License-Identifier: GPL-2.0-only */
#include "health/match.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "health/regex.h"

struct health_match {
	struct health_expect expect;
	struct health_regex *regex;
};

static int compile(struct health_match *match, char *why, size_t why_size)
{
	const struct health_expect *expect = &match->expect;
	char pattern[HEALTH_BYTES_MAX + 1] = "";
	char problem[160];
	int err;

	memcpy(pattern, expect->bytes, expect->length);
	if (strlen(pattern) != expect->length) {
		snprintf(why, why_size,
			 "the regular expression contains a zero byte");
		return -EINVAL;
	}
	err = health_regex_open(&match->regex, pattern, problem,
				sizeof(problem));
	if (err)
		snprintf(why, why_size, "the regular expression is wrong: %s",
			 problem);
	return err;
}

static int check_length(const struct health_expect *expect, char *why,
			size_t why_size)
{
	const bool needed = expect->kind != HEALTH_EXPECT_ANYTHING;

	if (expect->length <= HEALTH_BYTES_MAX &&
	    (expect->length > 0) == needed)
		return 0;
	if (needed)
		snprintf(why, why_size,
			 "the expected answer has %u bytes; 1 to %d are "
			 "possible",
			 expect->length, HEALTH_BYTES_MAX);
	else
		snprintf(why, why_size,
			 "any answer is accepted, but bytes are given");
	return -EINVAL;
}

int health_match_open(struct health_match **out,
		      const struct health_expect *expect, char *why,
		      size_t why_size)
{
	struct health_match *match;
	int err = check_length(expect, why, why_size);

	if (err)
		return err;
	match = calloc(1, sizeof(*match));
	if (!match) {
		snprintf(why, why_size, "out of memory");
		return -ENOMEM;
	}
	match->expect = *expect;
	if (expect->kind == HEALTH_EXPECT_REGEX)
		err = compile(match, why, why_size);
	if (err) {
		health_match_close(match);
		return err;
	}
	*out = match;
	return 0;
}

void health_match_close(struct health_match *match)
{
	if (!match)
		return;
	health_regex_close(match->regex);
	free(match);
}

bool health_match_test(const struct health_match *match, const void *answer,
		       size_t length)
{
	const struct health_expect *expect = &match->expect;

	switch (expect->kind) {
	case HEALTH_EXPECT_ANYTHING:
		return true;
	case HEALTH_EXPECT_EXACT:
		return length == expect->length &&
		       !memcmp(answer, expect->bytes, length);
	case HEALTH_EXPECT_PREFIX:
		return length >= expect->length &&
		       !memcmp(answer, expect->bytes, expect->length);
	case HEALTH_EXPECT_CONTAINS:
		return memmem(answer, length, expect->bytes, expect->length);
	case HEALTH_EXPECT_REGEX:
		return health_regex_test(match->regex, answer, length);
	}
	return false;
}

int health_match_hex(const char *text, uint8_t *out, size_t size)
{
	size_t n = 0;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		const int byte = hex_byte(text);

		if (byte < 0)
			return -EINVAL;
		if (n == size)
			return -E2BIG;
		out[n++] = (uint8_t)byte;
		text += 2;
	}
	return (int)n;
}
