/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/expo.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define INTRO	     "# HELP m text\n# TYPE m gauge\n"

static struct expo *begin(const struct expo_label *common, size_t n)
{
	struct expo *expo;

	assert_int_equal(expo_begin(&expo, common, n), 0);
	return expo;
}

static void expect(struct expo *expo, const char *wanted)
{
	const char *text;
	size_t length;

	assert_int_equal(expo_take(expo, &text, &length), 0);
	assert_string_equal(text, wanted);
	assert_int_equal(length, strlen(text));
	expo_free(expo);
}

/* What was taken is not there again, and what introduces a family neither. */
static void test_taken_in_pieces(void **state)
{
	struct expo *expo = begin(NULL, 0);
	const char *text;
	size_t length;

	(void)state;
	expo_family(expo, "m", EXPO_GAUGE, "text");
	expo_sample_u64(expo, 1, NULL, 0);
	assert_int_equal(expo_take(expo, &text, &length), 0);
	assert_string_equal(text, INTRO "m 1\n");
	assert_int_equal(expo_take(expo, &text, &length), 0);
	assert_int_equal(length, 0);
	expo_sample_u64(expo, 2, NULL, 0);
	expect(expo, "m 2\n");
}

static void test_histogram(void **state)
{
	static const double bounds[] = { 0.001, 2.5 };
	static const uint64_t counts[] = { 7, 0, 3 };
	static const struct expo_label common = { "a", "b" };
	struct expo *expo = begin(&common, 1);

	(void)state;
	expo_family(expo, "m", EXPO_HISTOGRAM, "text");
	expo_histogram(expo, bounds, counts, COUNT(bounds), 12.5);
	expect(expo, "# HELP m text\n# TYPE m histogram\n"
		     "m_bucket{a=\"b\",le=\"0.001\"} 7\n"
		     "m_bucket{a=\"b\",le=\"2.5\"} 7\n"
		     "m_bucket{a=\"b\",le=\"+Inf\"} 10\n"
		     "m_sum{a=\"b\"} 12.5\nm_count{a=\"b\"} 10\n");
}

static void test_nothing(void **state)
{
	(void)state;
	expect(begin(NULL, 0), "");
}

static void test_integers(void **state)
{
	struct expo *expo = begin(NULL, 0);

	(void)state;
	expo_family(expo, "m", EXPO_GAUGE, "text");
	expo_sample_u64(expo, 0, NULL, 0);
	/* Two neighbours that a double cannot tell apart. */
	expo_sample_u64(expo, (1ULL << 53) + 1, NULL, 0);
	expo_sample_u64(expo, UINT64_MAX, NULL, 0);
	expect(expo, INTRO "m 0\nm 9007199254740993\n"
			   "m 18446744073709551615\n");
}

static void test_doubles(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ -0.0, "-0" },
		{ -1, "-1" },
		{ 0.1, "0.1" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ 1757218475.1152325, "1757218475.1152325" },
		{ 4e15 + 0.5, "4000000000000000.5" },
		{ 1e300, "1e+300" },
		{ DBL_MAX, "1.7976931348623157e+308" },
		{ 5e-324, "4.94065645841247e-324" },
		{ NAN, "NaN" },
		{ -NAN, "NaN" },
		{ INFINITY, "+Inf" },
		{ -INFINITY, "-Inf" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct expo *expo = begin(NULL, 0);
		char wanted[128];

		snprintf(wanted, sizeof(wanted), INTRO "m %s\n", cases[i].text);
		expo_family(expo, "m", EXPO_GAUGE, "text");
		expo_sample(expo, cases[i].value, NULL, 0);
		expect(expo, wanted);
	}
}

static void test_families(void **state)
{
	struct expo *expo = begin(NULL, 0);

	(void)state;
	expo_family(expo, "empty_first", EXPO_GAUGE, "no samples");
	expo_family(expo, "a_total", EXPO_COUNTER,
		    "A \"quoted\" \\ text\nof 2");
	expo_sample_u64(expo, 1, NULL, 0);
	expo_sample_u64(expo, 2, NULL, 0);
	expo_family(expo, "b", EXPO_GAUGE, "");
	expo_sample_u64(expo, 3, NULL, 0);
	expo_family(expo, "empty_last", EXPO_GAUGE, "no samples");
	expect(expo, "# HELP a_total A \"quoted\" \\\\ text\\nof 2\n"
		     "# TYPE a_total counter\n"
		     "a_total 1\n"
		     "a_total 2\n"
		     "# HELP b \n"
		     "# TYPE b gauge\n"
		     "b 3\n");
}

static void test_label_order(void **state)
{
	static const struct expo_label common[] = { { "interface", "eth0" },
						    { "host", "apollo" } };
	static const struct expo_label own[] = { { "z", "last" },
						 { "hosts", "between" },
						 { "cpu", "first" } };
	struct expo *expo = begin(common, COUNT(common));

	(void)state;
	expo_family(expo, "m", EXPO_GAUGE, "text");
	expo_sample_u64(expo, 1, NULL, 0);
	expo_sample(expo, 2.5, own, COUNT(own));
	expect(expo, INTRO "m{host=\"apollo\",interface=\"eth0\"} 1\n"
			   "m{cpu=\"first\",host=\"apollo\",hosts=\"between\","
			   "interface=\"eth0\",z=\"last\"} 2.5\n");
}

/* \xef\xbf\xbd is U+FFFD, which stands for what is not UTF-8. */
static void test_label_values(void **state)
{
	static const struct {
		const char *value, *text;
	} cases[] = {
		{ "", "" },
		{ "rx {0}=a,b #1", "rx {0}=a,b #1" },
		{ "a\\b\\", "a\\\\b\\\\" },
		{ "\"", "\\\"" },
		{ "a\nb", "a\\nb" },
		/* other control characters */
		{ "\t\r\x01\x7f", "\t\r\x01\x7f" },
		{ "\xc2\x80\xdf\xbf", "\xc2\x80\xdf\xbf" },
		{ "\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf",
		  "\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf" },
		{ "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
		  "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf" },
		/* a byte of Latin-1 */
		{ "a\xe9z", "a\xef\xbf\xbdz" },
		/* stray continuation */
		{ "\x80", "\xef\xbf\xbd" },
		/* overlong slash */
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
		/* overlong 3 bytes */
		{ "\xe0\x9f\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		/* surrogate */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		/* above U+10FFFF */
		{ "\xf4\x90\x80\x80",
		  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		/* byte that is in no UTF-8 */
		{ "\xff", "\xef\xbf\xbd" },
		/* cut short by the end */
		{ "\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd" },
		/* cut short by a quote */
		{ "\xe2\"\x82", "\xef\xbf\xbd\\\"\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct expo_label label = { "l", cases[i].value };
		struct expo *expo = begin(NULL, 0);
		char wanted[128];

		snprintf(wanted, sizeof(wanted), INTRO "m{l=\"%s\"} 1\n",
			 cases[i].text);
		expo_family(expo, "m", EXPO_GAUGE, "text");
		expo_sample_u64(expo, 1, &label, 1);
		expect(expo, wanted);
	}
}

static void test_large(void **state)
{
	struct expo *expo = begin(NULL, 0);
	size_t lines = 100000, length;
	const char *text;
	char *at;

	(void)state;
	expo_family(expo, "m", EXPO_GAUGE, "text");
	for (size_t i = 0; i < lines; i++)
		expo_sample_u64(expo, i, NULL, 0);
	assert_int_equal(expo_take(expo, &text, &length), 0);
	at = (char *)text + strlen(INTRO);
	for (size_t i = 0; i < lines; i++) {
		assert_int_equal(strtoul(at + 2, &at, 10), i);
		at++;
	}
	assert_ptr_equal(at, text + length);
	expo_free(expo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_taken_in_pieces),
		cmocka_unit_test(test_histogram),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_doubles),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_label_order),
		cmocka_unit_test(test_label_values),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests_name("expo", tests, NULL, NULL);
}
