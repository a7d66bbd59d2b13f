/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "config/tests/text.h"

void config_test_show(const struct config_errors *errors)
{
	for (size_t i = 0; i < config_errors_count(errors); i++)
		print_error("  %s\n", config_errors_text(errors, i));
}

struct model *config_test_parse(const char *text)
{
	struct config_errors *errors;
	struct model *model;
	int ret = config_parse("f", text, strlen(text), &model, &errors);

	if (ret)
		config_test_show(errors);
	config_errors_free(errors);
	assert_int_equal(ret, 0);
	return model;
}

char *config_test_repeat(const char *head, const char *item, unsigned int n,
			 const char *tail)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	fputs(head, out);
	for (unsigned int i = 0; i < n; i++) {
		const char *hash = strchr(item, '#');

		fprintf(out, "%.*s%u.%u%s", (int)(hash - item), item, i / 250,
			i % 250 + 1, hash + 1);
	}
	fputs(tail, out);
	fclose(out);
	return text;
}
