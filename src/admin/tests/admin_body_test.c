/* SPDX-License-Identifier: GPL-2.0-only */
/* Bodies, and how what is wrong with them is told. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "admin/body.h"
#include "admin/error.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static json_t *parse(const char *text)
{
	char why[256];
	json_t *body;

	assert_int_equal(
		admin_body_parse(text, strlen(text), &body, why, sizeof(why)),
		0);
	return body;
}

static void test_backends(void **state)
{
	json_t *body = parse(
		"{\"backends\": [{\"address\": \"192.0.2.1\", \"port\": 53, "
		"\"weight\": 7, \"drain\": true, \"mac\": "
		"\"02:00:00:00:00:01\", \"server_id\": [\"0a\", \"1/beef\"]}, "
		"{\"address\": \"2001:db8::1\"}]}");
	struct model_backend *backends;
	char why[512] = "", text[ENDPOINT_STRLEN];
	size_t n;

	(void)state;
	assert_int_equal(
		admin_body_backends(body, &backends, &n, why, sizeof(why)), 0);
	assert_int_equal(n, 2);
	assert_string_equal(model_backend_name(&backends[0], text),
			    "192.0.2.1:53");
	assert_int_equal(backends[0].weight, 7);
	assert_true(backends[0].drain);
	assert_true(backends[0].has_mac);
	assert_int_equal(backends[0].n_server_ids, 2);
	assert_int_equal(backends[0].server_ids[1].config, 1);
	assert_string_equal(model_backend_name(&backends[1], text),
			    "2001:db8::1");
	assert_int_equal(backends[1].weight, 1);
	admin_body_free_backends(backends, n);
	json_decref(body);
}

/* A body, then path and beginning of each error. */
struct wrong {
	const char *body;
	struct {
		const char *path, *error;
	} errors[3];
};

static void expect_error(const json_t *json, const char *path,
			 const char *error)
{
	const char *told = json_string_value(json_object_get(json, "error"));

	assert_string_equal(json_string_value(json_object_get(json, "path")),
			    path);
	assert_memory_equal(told, error, strlen(error));
}

static void expect_errors(const char *why, const struct wrong *wrong)
{
	json_t *json = admin_error_to_json(why), *list;
	size_t n = 0;

	list = json_object_get(json, "errors");
	while (n < COUNT(wrong->errors) && wrong->errors[n].path)
		n++;
	expect_error(json, wrong->errors[0].path, wrong->errors[0].error);
	assert_int_equal(json_array_size(list), n > 1 ? n : 0);
	for (size_t i = 0; n > 1 && i < n; i++)
		expect_error(json_array_get(list, i), wrong->errors[i].path,
			     wrong->errors[i].error);
	json_decref(json);
}

static void test_wrong_backends(void **state)
{
	static const struct wrong cases[] = {
		{ "[]", { { "", "expected an object" } } },
		{ "{}", { { "/backends", "is missing" } } },
		{ "{\"backends\": {}}",
		  { { "/backends", "expected a list" } } },
		{ "{\"backends\": []}",
		  { { "/backends", "expected at least one" } } },
		{ "{\"backends\": [7]}",
		  { { "/backends/0", "expected an object" } } },
		{ "{\"backends\": [{}]}",
		  { { "/backends/0/address", "is missing" } } },
		{ "{\"backends\": [{\"address\": \"192.0.2.1\"}, "
		  "{\"address\": 5, \"port\": \"53\"}]}",
		  { { "/backends/1/address", "expected a text" },
		    { "/backends/1/port", "expected a whole number" } } },
		{ "{\"backends\": [{\"address\": \"x\", \"port\": 0, "
		  "\"weight\": 1001}]}",
		  { { "/backends/0/address", "expected an IPv4 or IPv6" },
		    { "/backends/0/port", "expected a port" },
		    { "/backends/0/weight", "expected a weight" } } },
		{ "{\"backends\": [{\"address\": \"192.0.2.1\", "
		  "\"server_id\": [\"0a\", \"zz\"]}]}",
		  { { "/backends/0/server_id/1", "expected 1 to 8 bytes" } } },
		{ "{\"backends\": [{\"address\": \"192.0.2.1\", "
		  "\"colour\": 1}], \"a\\n: b\": 1}",
		  { { "", "has an unknown key \"a?: b\"" } } },
		{ "{\"backends\": [{\"address\": \"192.0.2.1\", "
		  "\"port\": 53.5, \"drain\": \"yes\", \"mac\": null}]}",
		  { { "/backends/0/port", "expected a whole number" },
		    { "/backends/0/drain", "expected true or false" },
		    { "/backends/0/mac", "expected a text" } } },
	};
	struct model_backend *backends;
	char why[1024];
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *body = parse(cases[i].body);

		assert_int_equal(admin_body_backends(body, &backends, &n, why,
						     sizeof(why)),
				 -EINVAL);
		assert_int_equal(n, 0);
		expect_errors(why, &cases[i]);
		json_decref(body);
	}
}

/* More mistakes than there is room for: cut, never beyond. */
static void test_many_mistakes(void **state)
{
	json_t *list = json_array(),
	       *body = json_pack("{so}", "backends", list);
	struct model_backend *backends;
	char why[200];
	size_t n;

	(void)state;
	for (int i = 0; i < 100; i++)
		json_array_append_new(list, json_integer(i));
	memset(why, 'x', sizeof(why));
	assert_int_equal(admin_body_backends(body, &backends, &n, why, 150),
			 -EINVAL);
	assert_int_equal(strlen(why), 149);
	assert_int_equal(why[150], 'x');
	json_decref(body);
}

static void test_not_json(void **state)
{
	static const char *const texts[] = {
		"",    "{",	   "{\"a\": 1, \"a\": 2}", "\xff\xfe", "{} {}",
		"nul", "\"text\"",
	};
	char why[256];
	json_t *body;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		if (!admin_body_parse(texts[i], strlen(texts[i]), &body, why,
				      sizeof(why))) {
			bool drain;

			assert_string_equal(texts[i], "\"text\"");
			assert_int_equal(admin_body_drain(body, &drain, why,
							  sizeof(why)),
					 -EINVAL);
			json_decref(body);
		}
		assert_memory_equal(why, ": ", 2);
	}
}

static void test_drain_and_weight(void **state)
{
	json_t *body = parse("{\"drain\": false}");
	unsigned int weight;
	char why[256];
	bool drain;

	(void)state;
	assert_int_equal(admin_body_drain(body, &drain, why, sizeof(why)), 0);
	assert_false(drain);
	assert_int_equal(admin_body_weight(body, &weight, why, sizeof(why)),
			 -EINVAL);
	json_decref(body);
	body = parse("{\"weight\": 1000}");
	assert_int_equal(admin_body_weight(body, &weight, why, sizeof(why)), 0);
	assert_int_equal(weight, 1000);
	json_decref(body);
	/* 1, in 32 bits. */
	body = parse("{\"weight\": 4294967297}");
	assert_int_equal(admin_body_weight(body, &weight, why, sizeof(why)), 0);
	assert_int_equal(weight, 0);
	json_decref(body);
}

/* What has no place has no path. */
static void test_sentences(void **state)
{
	static const char *const texts[] = {
		"there is no service \"a: b\"",
		"/etc/x.yaml:3: services: bad",
		"Service: x",
		"a[: x",
		"a[]: x",
		"a[1]b: x",
		"a.: x",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		json_t *json = admin_error_to_json(texts[i]);

		assert_null(json_object_get(json, "path"));
		assert_string_equal(
			json_string_value(json_object_get(json, "error")),
			texts[i]);
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_backends),
		cmocka_unit_test(test_wrong_backends),
		cmocka_unit_test(test_many_mistakes),
		cmocka_unit_test(test_not_json),
		cmocka_unit_test(test_drain_and_weight),
		cmocka_unit_test(test_sentences),
	};

	return cmocka_run_group_tests_name("admin_body", tests, NULL, NULL);
}
