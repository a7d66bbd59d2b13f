/* SPDX-License-Identifier: GPL-2.0-only */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "health/regex.h"

#include <errno.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* glibc's regexec() takes a second of the loop for (x+x+)+y on 16 KiB. */
#define STEPS_MAX    100000
#define HEAP_KIB_MAX 1024

struct health_regex {
	pcre2_code *code;
	pcre2_match_context *limits;
	pcre2_match_data *match;
};

static int compile(struct health_regex *regex, const char *pattern, char *why,
		   size_t why_size)
{
	PCRE2_UCHAR text[128];
	PCRE2_SIZE at;
	int error;

	regex->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
				    PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY |
					    PCRE2_NEVER_UTF | PCRE2_NEVER_UCP,
				    &error, &at, NULL);
	if (regex->code)
		return 0;
	pcre2_get_error_message(error, text, sizeof(text));
	snprintf(why, why_size, "%s (at byte %zu)", (const char *)text, at);
	return error == PCRE2_ERROR_HEAP_FAILED ? -ENOMEM : -EINVAL;
}

/* What glibc's expressions say otherwise, and PCRE2 would take for a "<". */
static const char *word_edge(const char *pattern)
{
	for (; *pattern; pattern++) {
		if (*pattern != '\\')
			continue;
		if (pattern[1] == '<' || pattern[1] == '>')
			return pattern;
		pattern += pattern[1] != '\0';
	}
	return NULL;
}

int health_regex_open(struct health_regex **out, const char *pattern, char *why,
		      size_t why_size)
{
	struct health_regex *regex = calloc(1, sizeof(*regex));
	const char *edge = word_edge(pattern);
	int err = -ENOMEM;

	snprintf(why, why_size, "out of memory");
	if (!regex)
		return -ENOMEM;
	if (edge) {
		snprintf(why, why_size, "\\%c: a word's edge is \\b", edge[1]);
		err = -EINVAL;
		goto err;
	}
	err = compile(regex, pattern, why, why_size);
	if (err)
		goto err;
	err = -ENOMEM;
	regex->limits = pcre2_match_context_create(NULL);
	regex->match = pcre2_match_data_create(1, NULL);
	if (!regex->limits || !regex->match)
		goto err;
	pcre2_set_match_limit(regex->limits, STEPS_MAX);
	pcre2_set_heap_limit(regex->limits, HEAP_KIB_MAX);
	*out = regex;
	return 0;
err:
	health_regex_close(regex);
	return err;
}

void health_regex_close(struct health_regex *regex)
{
	if (!regex)
		return;
	pcre2_match_data_free(regex->match);
	pcre2_match_context_free(regex->limits);
	pcre2_code_free(regex->code);
	free(regex);
}

bool health_regex_test(const struct health_regex *regex, const void *text,
		       size_t length)
{
	/* 0: it matches, and its parts were not asked for. */
	return pcre2_match(regex->code, text, length, 0, 0, regex->match,
			   regex->limits) >= 0;
}
