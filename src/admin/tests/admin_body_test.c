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
	struct config_errors *errors = NULL;
	json_t *body;

	assert_int_equal(admin_body_parse(text, strlen(text), &body, &errors),
			 0);
	assert_null(errors);
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
	struct config_errors *errors = NULL;
	char text[ENDPOINT_STRLEN];
	size_t n;

	(void)state;
	assert_int_equal(admin_body_backends(body, &backends, &n, &errors), 0);
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
	config_errors_free(errors);
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

static void expect_errors(const struct config_errors *errors,
			  const struct wrong *wrong)
{
	json_t *json = admin_error_to_json(errors, -EINVAL), *list;
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
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct config_errors *errors = NULL;
		json_t *body = parse(cases[i].body);

		assert_int_equal(
			admin_body_backends(body, &backends, &n, &errors),
			-EINVAL);
		assert_int_equal(n, 0);
		expect_errors(errors, &cases[i]);
		config_errors_free(errors);
		json_decref(body);
	}
}

/* None of them is cut. */
static void test_many_mistakes(void **state)
{
	json_t *list = json_array(), *json, *last;
	json_t *body = json_pack("{so}", "backends", list);
	struct config_errors *errors = NULL;
	struct model_backend *backends;
	size_t n;

	(void)state;
	for (int i = 0; i < 100; i++)
		json_array_append_new(list, json_integer(i));
	assert_int_equal(admin_body_backends(body, &backends, &n, &errors),
			 -EINVAL);
	json = admin_error_to_json(errors, -EINVAL);
	list = json_object_get(json, "errors");
	assert_int_equal(json_array_size(list), 100);
	last = json_array_get(list, 99);
	expect_error(last, "/backends/99", "expected an object");
	json_decref(json);
	config_errors_free(errors);
	json_decref(body);
}

static void test_not_json(void **state)
{
	static const char *const texts[] = {
		"",    "{",	   "{\"a\": 1, \"a\": 2}", "\xff\xfe", "{} {}",
		"nul", "\"text\"",
	};
	json_t *body;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct config_errors *errors = NULL;

		if (!admin_body_parse(texts[i], strlen(texts[i]), &body,
				      &errors)) {
			bool drain;

			assert_string_equal(texts[i], "\"text\"");
			assert_int_equal(
				admin_body_drain(body, &drain, &errors),
				-EINVAL);
			json_decref(body);
		}
		assert_string_equal(config_errors_get(errors, 0)->path, "");
		config_errors_free(errors);
	}
}

static void test_drain_and_weight(void **state)
{
	json_t *body = parse("{\"drain\": false}");
	struct config_errors *errors = NULL;
	unsigned int weight;
	bool drain;

	(void)state;
	assert_int_equal(admin_body_drain(body, &drain, &errors), 0);
	assert_false(drain);
	assert_int_equal(admin_body_weight(body, &weight, &errors), -EINVAL);
	config_errors_free(errors);
	errors = NULL;
	json_decref(body);
	body = parse("{\"weight\": 1000}");
	assert_int_equal(admin_body_weight(body, &weight, &errors), 0);
	assert_int_equal(weight, 1000);
	json_decref(body);
	/* 1, in 32 bits. */
	body = parse("{\"weight\": 4294967297}");
	assert_int_equal(admin_body_weight(body, &weight, &errors), 0);
	assert_int_equal(weight, 0);
	json_decref(body);
}

/* A sentence is told as it is, whatever it looks like. */
static void test_no_place(void **state)
{
	static const char *const texts[] = {
		"there is no service \"a: b\"",
		"udplb.conf: cannot be read",
		"services[1].name: x",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct config_errors *errors = NULL;
		json_t *json;

		assert_int_equal(config_errors_refuse(&errors, -ENOENT, NULL,
						      "%s", texts[i]),
				 -ENOENT);
		json = admin_error_to_json(errors, -ENOENT);
		assert_int_equal(json_object_size(json), 1);
		assert_string_equal(
			json_string_value(json_object_get(json, "error")),
			texts[i]);
		json_decref(json);
		config_errors_free(errors);
	}
}

/* Of a file: its name, the line and the key, each by itself. */
static void test_of_file(void **state)
{
	struct config_errors *errors = config_errors_new("a: b.conf");
	json_t *json, *first, *second;

	(void)state;
	config_errors_warn(errors, 1, "flows", "is not used");
	config_errors_add(errors, 7, "services[0].ports", "is missing");
	config_errors_add(errors, 0, "", "cannot be read");
	json = admin_error_to_json(errors, -EINVAL);
	first = json_pack("{ss ss si ss}", "error", "is missing", "file",
			  "a: b.conf", "line", 7, "key", "services[0].ports");
	second = json_pack("{ss ss}", "error", "cannot be read", "file",
			   "a: b.conf");
	assert_true(json_equal(
		first, json_array_get(json_object_get(json, "errors"), 0)));
	assert_true(json_equal(
		second, json_array_get(json_object_get(json, "errors"), 1)));
	json_decref(first);
	json_decref(second);
	json_decref(json);
	config_errors_free(errors);
}

/* Whoever has nothing to say has failed for want of memory, or the like. */
static void test_no_errors(void **state)
{
	json_t *json = admin_error_to_json(NULL, -ENOMEM);

	(void)state;
	assert_string_equal(json_string_value(json_object_get(json, "error")),
			    "Cannot allocate memory");
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_backends),
		cmocka_unit_test(test_wrong_backends),
		cmocka_unit_test(test_many_mistakes),
		cmocka_unit_test(test_not_json),
		cmocka_unit_test(test_drain_and_weight),
		cmocka_unit_test(test_no_place),
		cmocka_unit_test(test_of_file),
		cmocka_unit_test(test_no_errors),
	};

	return cmocka_run_group_tests_name("admin_body", tests, NULL, NULL);
}
