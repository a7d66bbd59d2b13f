/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables of keys, held against what documents say of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/key.h"

/* The tests are run in the project's directory. */
static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	assert_non_null(file);
	assert_true(getdelim(&text, &size, '\0', file) > 0);
	fclose(file);
	return text;
}

static bool is_part_of_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, const char *word)
{
	const char *at = text;

	while ((at = strstr(at, word))) {
		const char *end = at + strlen(word);

		if (!is_part_of_word(*end) &&
		    (at == text || !is_part_of_word(at[-1])))
			return true;
		at = end;
	}
	return false;
}

typedef void (*key_fn)(const struct config_key *key, const char *path,
		       void *arg);

static void for_each_key(const struct config_group *group, const char *within,
			 key_fn fn, void *arg)
{
	char path[64];

	for (const struct config_key *key = group->keys; key->name; key++) {
		snprintf(path, sizeof(path), "%s%s%s", within,
			 *within ? "." : "", key->name);
		fn(key, path, arg);
		if (key->group)
			for_each_key(key->group, path, fn, arg);
	}
}

static void expect_documented(const struct config_key *key, const char *path,
			      void *arg)
{
	if (!has_word(arg, key->name))
		fail_msg("%s is not documented", path);
}

static void test_documented(void **state)
{
	static const char *const paths[] = { "docs/configuration.md",
					     "docs/udplb.yaml.5" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		char *text = read_file(paths[i]);

		for_each_key(&config_top, "", expect_documented, text);
		free(text);
	}
}

/* What config_read() and the printer take for granted. */
static void expect_whole(const struct config_key *key, const char *path,
			 void *arg)
{
	const struct config_type *type = key->type;
	size_t *n = arg;

	++*n;
	if (!key->doc || !*key->doc)
		fail_msg("%s does not say what it is for", path);
	if (!!type->read + !!type->read_list + type->is_group +
		    type->is_groups !=
	    1)
		fail_msg("%s has no single way to be read", path);
	if (key->absent && !type->read)
		fail_msg("%s has a default that cannot be read", path);
	if ((type->is_group || type->is_groups) != !!key->group)
		fail_msg("%s and its group do not go together", path);
	if (type->is_groups && (!key->count || !key->group->size ||
				!key->group->max || !key->group->noun))
		fail_msg("%s is a list of nothing", path);
	if (type == &config_number && (!key->what || key->max <= key->min))
		fail_msg("%s has no bounds", path);
	if (type == &config_word && !key->words)
		fail_msg("%s has no words", path);
}

static void test_whole(void **state)
{
	size_t n = 0;

	(void)state;
	for_each_key(&config_top, "", expect_whole, &n);
	assert_true(n > 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documented),
		cmocka_unit_test(test_whole),
	};

	return cmocka_run_group_tests_name("config_table", tests, NULL, NULL);
}
