/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "model/copy.h"
#include "config/tests/cases_backend.h"
#include "config/tests/cases_form.h"
#include "config/tests/cases_health.h"
#include "config/tests/cases_rules.h"
#include "config/tests/cases_service.h"
#include "config/tests/cases_sound.h"
#include "config/tests/cases_top.h"
#include "config/tests/text.h"

static void assert_messages(const struct config_case *c,
			    const struct config_errors *errors, bool warnings)
{
	size_t n = 0;

	while (n < CASE_MESSAGES && c->messages[n])
		n++;
	for (size_t i = 0; i < n || i < config_errors_count(errors); i++) {
		const char *text = i < config_errors_count(errors)
					   ? config_errors_text(errors, i)
					   : "(nothing)";

		if (i >= n || strncmp(text, c->messages[i],
				      strlen(c->messages[i])) != 0) {
			config_test_show(errors);
			fail_msg("message %zu: expected %s, got %s", i,
				 i < n ? c->messages[i] : "(nothing)", text);
		}
		assert_int_equal(config_errors_is_warning(errors, i), warnings);
	}
}

static void run_case(const struct config_case *c, int expected, bool warnings)
{
	struct config_errors *errors;
	struct model *model;
	int ret;

	ret = config_parse("f", c->text, c->length, &model, &errors);
	assert_messages(c, errors, warnings);
	assert_int_equal(ret, expected);
	assert_int_equal(model != NULL, expected == 0);
	model_free(model);
	config_errors_free(errors);
}

static void test_mistakes(void **state)
{
	run_case(*state, -EINVAL, false);
}

static void test_warnings(void **state)
{
	run_case(*state, 0, true);
}

static void test_sound(void **state)
{
	run_case(*state, 0, false);
}

static const struct {
	const struct config_case *cases;
	size_t n;
	CMUnitTestFunction fn;
} groups[] = {
	{ form_cases, COUNT(form_cases), test_mistakes },
	{ top_cases, COUNT(top_cases), test_mistakes },
	{ service_cases, COUNT(service_cases), test_mistakes },
	{ health_cases, COUNT(health_cases), test_mistakes },
	{ backend_cases, COUNT(backend_cases), test_mistakes },
	{ rules_cases, COUNT(rules_cases), test_mistakes },
	{ config_warnings, COUNT(config_warnings), test_warnings },
	{ config_sound, COUNT(config_sound), test_sound },
};

#define TESTS                                                                  \
	(COUNT(form_cases) + COUNT(top_cases) + COUNT(service_cases) +         \
	 COUNT(health_cases) + COUNT(backend_cases) + COUNT(rules_cases) +     \
	 COUNT(config_warnings) + COUNT(config_sound))

int main(void)
{
	static struct CMUnitTest tests[TESTS];
	struct CMUnitTest *test = tests;

	for (size_t i = 0; i < COUNT(groups); i++)
		for (size_t j = 0; j < groups[i].n; j++)
			*test++ = (struct CMUnitTest){
				.name = groups[i].cases[j].name,
				.test_func = groups[i].fn,
				.initial_state = (void *)&groups[i].cases[j],
			};
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
