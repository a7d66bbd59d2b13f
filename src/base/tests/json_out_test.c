/* SPDX-License-Identifier: GPL-2.0-only */
/* What is written is what jansson reads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <jansson.h>

#include "base/json_out.h"

static json_t *read_back(struct json_out *out)
{
	json_error_t error;
	json_t *json;

	assert_false(out->failed);
	json = json_loadb(out->text, out->length, JSON_DECODE_ANY, &error);
	assert_non_null(json);
	free(out->text);
	*out = (struct json_out){ .text = NULL };
	return json;
}

static void test_object(void **state)
{
	struct json_out out = { .text = NULL };
	json_t *json;

	(void)state;
	json_out_raw(&out, "{");
	json_out_key_u64(&out, "none", 0);
	json_out_key_u64(&out, "many", INT64_MAX);
	json_out_key_real(&out, "zero", 0);
	json_out_key_real(&out, "half", 0.5);
	json_out_key_real(&out, "whole", 3);
	json_out_key_real(&out, "large", 1e300);
	json_out_key_real(&out, "no number", NAN);
	json_out_key_bool(&out, "yes", true);
	json_out_key_bool(&out, "no", false);
	json_out_key_null(&out, "nothing");
	json_out_raw(&out, "}");
	json = read_back(&out);
	assert_int_equal(json_object_size(json), 10);
	assert_int_equal(json_integer_value(json_object_get(json, "many")),
			 INT64_MAX);
	assert_true(json_is_integer(json_object_get(json, "none")));
	assert_true(json_is_real(json_object_get(json, "zero")));
	assert_true(json_is_real(json_object_get(json, "whole")));
	assert_true(json_real_value(json_object_get(json, "half")) == 0.5);
	assert_true(json_real_value(json_object_get(json, "large")) == 1e300);
	assert_true(json_is_real(json_object_get(json, "no number")));
	assert_true(json_is_true(json_object_get(json, "yes")));
	assert_true(json_is_false(json_object_get(json, "no")));
	assert_true(json_is_null(json_object_get(json, "nothing")));
	json_decref(json);
}

static void test_strings(void **state)
{
	static const char *const texts[] = {
		"",
		"plain",
		"\"",
		"\\",
		"a\"b\\c",
		"\n\t\x01\x1f\x7f",
		"\xc3\xa4\xe2\x82\xac",
		"ends with {",
	};
	struct json_out out = { .text = NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		json_t *json;

		json_out_string(&out, texts[i]);
		json = read_back(&out);
		assert_string_equal(json_string_value(json), texts[i]);
		json_decref(json);
	}
}

static void test_long(void **state)
{
	struct json_out out = { .text = NULL };
	json_t *json;

	(void)state;
	json_out_raw(&out, "[0");
	for (size_t i = 1; i < 100000; i++) {
		json_out_raw(&out, ",");
		json_out_u64(&out, i);
	}
	json_out_raw(&out, "]");
	json = read_back(&out);
	assert_int_equal(json_array_size(json), 100000);
	for (size_t i = 0; i < 100000; i += 777)
		assert_int_equal(json_integer_value(json_array_get(json, i)),
				 i);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_object),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
