/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "health/match.h"

static struct health_expect expect_text(enum health_expect_kind kind,
					const char *text)
{
	struct health_expect expect = { .kind = kind,
					.length = (uint16_t)strlen(text) };

	memcpy(expect.bytes, text, expect.length);
	return expect;
}

static const struct {
	enum health_expect_kind kind;
	const char *expect;
	const char *answer;
	size_t length;
	bool matches;
} answers[] = {
	{ HEALTH_EXPECT_ANYTHING, "", "", 0, true },
	{ HEALTH_EXPECT_ANYTHING, "", "\0x", 2, true },
	{ HEALTH_EXPECT_EXACT, "pong", "pong", 4, true },
	{ HEALTH_EXPECT_EXACT, "pong", "pongs", 5, false },
	{ HEALTH_EXPECT_EXACT, "pong", "pon", 3, false },
	{ HEALTH_EXPECT_EXACT, "pong", "pony", 4, false },
	{ HEALTH_EXPECT_PREFIX, "pong", "pong 17", 7, true },
	{ HEALTH_EXPECT_PREFIX, "pong", "pong", 4, true },
	{ HEALTH_EXPECT_PREFIX, "pong", "pon", 3, false },
	{ HEALTH_EXPECT_PREFIX, "pong", " pong", 5, false },
	{ HEALTH_EXPECT_CONTAINS, "ok", "all\0ok\n", 7, true },
	{ HEALTH_EXPECT_CONTAINS, "ok", "o k", 3, false },
	{ HEALTH_EXPECT_CONTAINS, "ok", "", 0, false },
	{ HEALTH_EXPECT_REGEX, "^v[0-9]+$", "v12", 3, true },
	{ HEALTH_EXPECT_REGEX, "^v[0-9]+$", "v12x", 4, false },
	{ HEALTH_EXPECT_REGEX, "^v[0-9]+$", "v12x", 3, true },
	{ HEALTH_EXPECT_REGEX, "ok|fine", "\0\0fine", 6, true },
	{ HEALTH_EXPECT_REGEX, "a\\\\1", "a\\1", 3, true },
	{ HEALTH_EXPECT_REGEX, "ok", "", 0, false },
};

static void test_answers(void **state)
{
	struct health_match *match;
	char why[128];

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		const struct health_expect expect =
			expect_text(answers[i].kind, answers[i].expect);

		assert_int_equal(
			health_match_open(&match, &expect, why, sizeof(why)),
			0);
		if (health_match_test(match, answers[i].answer,
				      answers[i].length) != answers[i].matches)
			fail_msg("answer %zu: not %d", i, answers[i].matches);
		health_match_close(match);
	}
}

static void assert_refused(const struct health_expect *expect, const char *part)
{
	struct health_match *match;
	char why[128] = "";

	assert_int_equal(health_match_open(&match, expect, why, sizeof(why)),
			 -EINVAL);
	if (!strstr(why, part))
		fail_msg("'%s' does not say '%s'", why, part);
}

static void test_refused(void **state)
{
	struct health_expect expect;

	(void)state;
	expect = expect_text(HEALTH_EXPECT_REGEX, "(a");
	assert_refused(&expect, "is wrong: ");
	expect = expect_text(HEALTH_EXPECT_REGEX, "a\\>");
	assert_refused(&expect, "edge");
	expect = expect_text(HEALTH_EXPECT_REGEX, "abc");
	expect.bytes[1] = '\0';
	assert_refused(&expect, "zero byte");
	expect = expect_text(HEALTH_EXPECT_EXACT, "");
	assert_refused(&expect, "1 to 512");
	expect.length = HEALTH_BYTES_MAX + 1;
	assert_refused(&expect, "1 to 512");
	expect = expect_text(HEALTH_EXPECT_ANYTHING, "x");
	assert_refused(&expect, "any answer");
}

/* All of the bytes that there is room for. */
static void test_longest(void **state)
{
	struct health_expect expect = { .kind = HEALTH_EXPECT_REGEX,
					.length = HEALTH_BYTES_MAX };
	struct health_match *match;
	char why[128];

	(void)state;
	memset(expect.bytes, 'x', sizeof(expect.bytes));
	assert_int_equal(health_match_open(&match, &expect, why, sizeof(why)),
			 0);
	assert_true(health_match_test(match, expect.bytes, expect.length));
	assert_false(
		health_match_test(match, expect.bytes, expect.length - 1U));
	health_match_close(match);
}

static void test_hex(void **state)
{
	static const uint8_t hello[] = { 0x48, 0xFe, 0x00 };
	uint8_t out[3];

	(void)state;
	assert_int_equal(health_match_hex("48fE00", out, sizeof(out)), 3);
	assert_memory_equal(out, hello, 3);
	assert_int_equal(health_match_hex(" 48 Fe  00 ", out, sizeof(out)), 3);
	assert_memory_equal(out, hello, 3);
	assert_int_equal(health_match_hex("", out, sizeof(out)), 0);
	assert_int_equal(health_match_hex("484", out, sizeof(out)), -EINVAL);
	assert_int_equal(health_match_hex("4 8", out, sizeof(out)), -EINVAL);
	assert_int_equal(health_match_hex("4g", out, sizeof(out)), -EINVAL);
	assert_int_equal(health_match_hex("0x48", out, sizeof(out)), -EINVAL);
	assert_int_equal(health_match_hex("48fe0000", out, sizeof(out)),
			 -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_hex),
	};

	return cmocka_run_group_tests_name("health_match", tests, NULL, NULL);
}
