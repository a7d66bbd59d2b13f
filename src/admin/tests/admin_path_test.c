/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "admin/path.h"
#include "admin/yaml.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_parts(void **state)
{
	struct admin_path path;

	(void)state;
	assert_int_equal(admin_path_parse(&path, "/v1/a%2Fb%3a/%5B::1%5D:53"),
			 0);
	assert_int_equal(path.n, 3);
	assert_string_equal(path.part[1], "a/b:");
	assert_string_equal(path.part[2], "[::1]:53");
	assert_true(admin_path_matches(&path, "/v1/?/?"));
	admin_path_free(&path);
}

static void test_matches(void **state)
{
	static const struct {
		const char *path, *pattern;
		bool matches;
	} cases[] = {
		{ "/v1/status", "/v1/status", true },
		{ "/v1/st%61tus", "/v1/status", true },
		{ "/v1/status/", "/v1/status", false },
		{ "/v1/statu", "/v1/status", false },
		{ "/v1/status2", "/v1/status", false },
		{ "/v1", "/v1/status", false },
		{ "//v1/status", "/v1/status", false },
		{ "/v1/x", "/v1/?", true },
		{ "/v1/?", "/v1/?", true },
		{ "/v1/", "/v1/?", false },
		{ "/v1/x/y", "/v1/?", false },
		{ "/v1/x", "/v1/?/y", false },
		{ "/", "/v1", false },
	};
	struct admin_path path;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(admin_path_parse(&path, cases[i].path), 0);
		if (admin_path_matches(&path, cases[i].pattern) !=
		    cases[i].matches)
			fail_msg("%s, %s", cases[i].path, cases[i].pattern);
		admin_path_free(&path);
	}
}

static void test_no_path(void **state)
{
	static const char *const texts[] = {
		"",	  "v1",	     "*",      "/v1/%",
		"/v1/%4", "/v1/%zz", "/a%00b", "/1/2/3/4/5/6/7/8/9",
	};
	struct admin_path path;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_int_equal(admin_path_parse(&path, texts[i]), -EINVAL);
		admin_path_free(&path);
	}
}

static void test_yaml(void **state)
{
	json_t *json = admin_yaml_to_json("a: {b: 5, c: \"5\", d: [true, x]}\n"
					  "e: 5000-5005\nf: -1\ng: \"\"\n"
					  "h: 1234567890123456789012\n");
	char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);

	(void)state;
	assert_string_equal(text,
			    "{\"a\":{\"b\":5,\"c\":\"5\",\"d\":[true,\"x\"]},"
			    "\"e\":\"5000-5005\",\"f\":-1,\"g\":\"\","
			    "\"h\":\"1234567890123456789012\"}");
	free(text);
	json_decref(json);
	assert_null(admin_yaml_to_json("a: [b"));
	assert_null(admin_yaml_to_json("a: [1, [b]: 2]"));
	assert_null(admin_yaml_to_json("? {a: b}\n: 2"));
	assert_null(admin_yaml_to_json("&a [*a]"));
	assert_null(admin_yaml_to_json("[&a [1, 2], *a, *a]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_no_path),
		cmocka_unit_test(test_yaml),
	};

	return cmocka_run_group_tests_name("admin_path", tests, NULL, NULL);
}
