/* SPDX-License-Identifier: GPL-2.0-only */
/* Held against glibc's regexec(), which users had here and elsewhere. */
#include <errno.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "health/regex.h"

static bool matches(const char *pattern, const void *text, size_t length)
{
	struct health_regex *regex;
	const char *why = NULL;
	bool is;

	if (health_regex_open(&regex, pattern, &why))
		fail_msg("%s: %s", pattern, why);
	is = health_regex_test(regex, text, length);
	/* Twice is the same. */
	assert_int_equal(health_regex_test(regex, text, length), is);
	health_regex_close(regex);
	return is;
}

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
		{ "a{,2}b", "aaab", true },
		{ "^a{,2}b", "aaab", false },
		{ "xa+?y", "xy", true }, /* not Perl's: (a+)? */
		{ "a**b", "b", true },
		{ "\\<ok\\>", "not okay", false },
		{ "\\<ok\\>", "it is ok.", true },
		{ "\\w+\\W\\s", "abc. ", true },
		{ ")", "a)b", true },
		{ "", "", true },
		{ "(|a)+b", "aab", true },
		{ "(a*)*c", "aac", true },
		{ "(^a|b$)", "xb", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (matches(cases[i].pattern, cases[i].text,
			    strlen(cases[i].text)) != cases[i].is)
			fail_msg("%s: %s", cases[i].pattern, cases[i].text);
	assert_true(matches("a[^x]b", "a\0b", 3));
	assert_false(matches("a.b", "a\0b", 3));
	assert_true(matches("\xe4.", "\xe4\xff", 2));
}

static void test_refused(void **state)
{
	static const char *const patterns[] = {
		"(",	   "(a",	  "[",
		"[a",	   "[[:alpa:]]",  "*a",
		"a|*b",	   "(+)",	  "a{2,1}",
		"a{x}",	   "a{1",	  "a\\",
		"(a)\\1",  "[b-a]",	  "a{40000}",
		"a{2000}", "(a{99}){99}", "((((){9999}){9999}){9999}){9999}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		struct health_regex *regex;
		const char *why = NULL;

		assert_int_equal(health_regex_open(&regex, patterns[i], &why),
				 -EINVAL);
		assert_non_null(why);
	}
}

static size_t random_text(char *out, const char *of, size_t most)
{
	const size_t n = (size_t)rand() % (most + 1), kinds = strlen(of) + 1;

	/* The zero byte, too: in texts. */
	for (size_t i = 0; i < n; i++)
		out[i] = of[(size_t)rand() % kinds];
	out[n] = '\0';
	return n;
}

/*
 * Whatever it is: both take it or none does, and both find it or none does.  No
 * newlines, behind which glibc's "$." finds one more end of the text.
 */
static void test_as_glibc(void **state)
{
	size_t taken = 0, found = 0;

	(void)state;
	srand(14);
	for (int i = 0; i < 200000; i++) {
		char pattern[24], text[24], error[64];
		struct health_regex *regex = NULL;
		const char *why = "";
		regex_t theirs;
		int err;

		random_text(pattern, "aabb.*+?|()[]^$-1{,}\\w_<>", 12);
		if (strstr(pattern, "\\1"))
			continue;
		err = regcomp(&theirs, pattern, REG_EXTENDED);
		regerror(err, &theirs, error, sizeof(error));
		if (!health_regex_open(&regex, pattern, &why) != !err)
			fail_msg("%s: glibc %s, we %s", pattern, error, why);
		if (err)
			continue;
		taken++;
		for (int k = 0; k < 10; k++) {
			regmatch_t m = { 0, (regoff_t)random_text(
						    text, "aab-1 \t_", 20) };
			const size_t n = (size_t)m.rm_eo;
			const bool is =
				!regexec(&theirs, text, 1, &m, REG_STARTEND);

			found += is;
			if (health_regex_test(regex, text, n) != is)
				fail_msg("%s on '%s' (%zu): glibc %d", pattern,
					 text, n, is);
		}
		regfree(&theirs);
		health_regex_close(regex);
	}
	assert_true(taken > 10000 && found > 10000);
}

static double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cost(const char *pattern, const char *text, size_t n)
{
	const double start = seconds(CLOCK_PROCESS_CPUTIME_ID);

	matches(pattern, text, n);
	return seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
}

/* Linear in the text, whatever the pattern: OWASP's examples of the opposite.
 */
static void test_time(void **state)
{
	static const char *const evil[] = {
		"(x+x+)+y",   "(x*)*y",	  "(x|x)*y",
		"(.*x){12}y", "^(x+)+$z", "(x|xx)+y",
	};
	static char text[16384];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < sizeof(evil) / sizeof(*evil); i++) {
		double best = 1e9, small = 1e9;

		for (int k = 0; k < 5; k++) {
			const double s = cost(evil[i], text, 1024);
			const double all = cost(evil[i], text, sizeof(text));

			small = s < small ? s : small;
			best = all < best ? all : best;
		}
		/* 16 times the text; quadratic would be 256 times as long. */
		if (best > 100 * small)
			fail_msg("%s: %.6f s, %.6f s", evil[i], small, best);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_as_glibc),
		cmocka_unit_test(test_time),
	};

	return cmocka_run_group_tests_name("health_regex", tests, NULL, NULL);
}
