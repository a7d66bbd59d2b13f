/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "metrics/tests/page.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool name_is(const char *series, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(series, name, length) &&
	       (series[length] == '{' || series[length] == '\0');
}

/* A histogram's samples have names of three. */
static bool belongs_to(const char *series, const char *family, bool histogram)
{
	static const char *const endings[] = { "_bucket", "_sum", "_count" };
	char name[128];

	for (size_t i = 0; histogram && i < COUNT(endings); i++) {
		snprintf(name, sizeof(name), "%s%s", family, endings[i]);
		if (name_is(series, name))
			return true;
	}
	return !histogram && name_is(series, family);
}

/* Checks {a="x",b="y"}, names ascending; returns what follows. */
static char *skip_labels(char *at)
{
	char *name, last[64] = "";

	do {
		name = ++at;
		at += strspn(at, "abcdefghijklmnopqrstuvwxyz_");
		assert_true(at > name);
		assert_memory_equal(at, "=\"", 2);
		*at = '\0';
		assert_true(strcmp(last, name) < 0);
		snprintf(last, sizeof(last), "%s", name);
		*at = '=';
		for (at += 2; *at != '"'; at++) {
			assert_int_not_equal(*at, '\0');
			if (*at == '\\') {
				at++;
				assert_non_null(strchr("\\\"n", *at));
			}
		}
		at++;
	} while (*at == ',');
	assert_int_equal(*at, '}');
	return at + 1;
}

static void parse_sample(struct page *page, char *line)
{
	char *at = line + strcspn(line, "{ "), *end;

	if (*at == '{')
		at = skip_labels(at);
	assert_int_equal(*at, ' ');
	*at++ = '\0';
	strtod(at, &end);
	assert_true(end > at && *end == '\0');
	assert_true(page->n_families > 0);
	assert_true(belongs_to(line, page->families[page->n_families - 1],
			       page->histogram));
	assert_non_null(strstr(line, "host=\""));
	assert_non_null(strstr(line, "interface=\""));
	for (size_t i = 0; i < page->n_lines; i++)
		assert_string_not_equal(page->lines[i].series, line);
	assert_true(page->n_lines < COUNT(page->lines));
	page->lines[page->n_lines++] = (struct page_line){ line, at };
}

/* "# HELP name text", and on the next line "# TYPE name type". */
static void parse_intro(struct page *page, char *help, char *type)
{
	char *name = help + strlen("# HELP ");
	char *end = strchr(name, ' ');

	assert_memory_equal(help, "# HELP ", 7);
	assert_non_null(end);
	*end = '\0';
	assert_true(strlen(end + 1) > 0);
	for (size_t i = 0; i < page->n_families; i++)
		assert_string_not_equal(page->families[i], name);
	assert_true(page->n_families < COUNT(page->families));
	page->families[page->n_families++] = name;

	assert_non_null(type);
	assert_memory_equal(type, "# TYPE ", 7);
	type += 7;
	assert_memory_equal(type, name, strlen(name));
	type += strlen(name);
	page->histogram = !strcmp(type, " histogram");
	assert_true(!strcmp(type, " gauge") || !strcmp(type, " counter") ||
		    page->histogram);
	/* A counter's name ends so, and only a counter's. */
	assert_int_equal(!strcmp(type, " counter"),
			 !strcmp(end - strlen("_total"), "_total"));
}

struct page *page_read(char *text, size_t length)
{
	struct page *page = calloc(1, sizeof(*page));
	char *rest, *line;

	assert_non_null(page);
	page->text = text;
	assert_int_equal(length, strlen(text));
	assert_true(length > 0 && text[length - 1] == '\n');
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (*line == '#')
			parse_intro(page, line, strtok_r(NULL, "\n", &rest));
		else
			parse_sample(page, line);
	}
	return page;
}

void page_free(struct page *page)
{
	free(page->text);
	free(page);
}

size_t page_count(const struct page *page, const char *family)
{
	size_t n = 0;

	for (size_t i = 0; i < page->n_lines; i++)
		n += name_is(page->lines[i].series, family);
	return n;
}

void page_expect(const struct page *page, const char *series, const char *value)
{
	for (size_t i = 0; i < page->n_lines; i++) {
		if (!strcmp(page->lines[i].series, series)) {
			if (!value)
				fail_msg("not absent: %s", series);
			assert_string_equal(page->lines[i].value, value);
			return;
		}
	}
	if (value)
		fail_msg("missing: %s", series);
}
