/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "health/regex.h"

static bool matches(const char *pattern, const void *text, size_t length)
{
	struct health_regex *regex;
	char why[128];
	bool is;

	if (health_regex_open(&regex, pattern, why, sizeof(why)))
		fail_msg("%s: %s", pattern, why);
	is = health_regex_test(regex, text, length);
	/* Twice is the same. */
	assert_int_equal(health_regex_test(regex, text, length), is);
	health_regex_close(regex);
	return is;
}

/* As POSIX's extended ones have it. */
static void test_known(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool is;
	} cases[] = {
		{ "^\"?(ok|up)\"?$", "\"up\"", true },
		{ "^\"?(ok|up)\"?$", "\"upper\"", false },
		{ "status\": *\"green", "{\"status\":  \"green\"}", true },
		{ "[[:digit:]]{1,3}(\\.[0-9]{1,3}){3}", "at 10.0.0.1:", true },
		{ "[^]a-c-]+z", "]abz", false },
		{ "[^]a-c-]+z", "dz", true },
		{ "\\bok\\b", "not okay", false },
		{ "\\bok\\b", "it is ok.", true },
		{ "\\w+\\W\\s", "abc. ", true },
		{ "\\\\<", "\\<", true },
		{ "(|a)+b", "aab", true },
		{ "(a*)*c", "aac", true },
		{ "(^a|b$)", "xb", true },
		{ "^ok$", "ok\n", false },
		{ "^b", "a\nb", false },
		{ "a.b", "a\nb", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (matches(cases[i].pattern, cases[i].text,
			    strlen(cases[i].text)) != cases[i].is)
			fail_msg("%s: %s", cases[i].pattern, cases[i].text);
	assert_true(matches("a[^x]b", "a\0b", 3));
	assert_true(matches("\xe4.", "\xe4\xff", 2));
}

static void test_refused(void **state)
{
	static const char *const patterns[] = {
		"(",	   "[a",    "[[:alpa:]]", "*a",
		"a{2,1}",  "a\\",   "a{70000}",	  "((a{999}){999}){999}",
		"(*UTF)a", "\\<ok", "ok\\>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		struct health_regex *regex;
		char why[128] = "";

		if (health_regex_open(&regex, patterns[i], why, sizeof(why)) !=
		    -EINVAL)
			fail_msg("%s is taken", patterns[i]);
		assert_true(why[0]);
	}
}

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* OWASP's examples of expressions that take exponential time. */
static void test_time(void **state)
{
	static const char *const evil[] = {
		"(x+x+)+y",   "(x*)*y",	  "(x|x)*y",
		"(.*x){12}y", "^(x+)+$z", "(x|xx)+y",
	};
	static char text[16384];
	double start;

	(void)state;
	memset(text, 'x', sizeof(text));
	start = cpu_seconds();
	for (size_t i = 0; i < sizeof(evil) / sizeof(*evil); i++)
		assert_false(matches(evil[i], text, sizeof(text)));
	/* They would take years; they take 20 ms without sanitizers. */
	assert_true(cpu_seconds() - start < 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_time),
	};

	return cmocka_run_group_tests_name("health_regex", tests, NULL, NULL);
}
