/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "watch/limit.h"

struct look {
	uint64_t count, now_ms;
	bool allowed;
};

static void assert_looks(struct limit *limit, const struct look *looks,
			 size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (limit_allows(limit, looks[i].count, looks[i].now_ms) !=
		    looks[i].allowed)
			fail_msg("look %zu: not %d", i, looks[i].allowed);
}

#define CHECK(limit, looks)                                                    \
	assert_looks(limit, looks, sizeof(looks) / sizeof((looks)[0]))

static void test_closes_until_next_second(void **state)
{
	static const struct look looks[] = {
		{ 500, 7000, true },   { 599, 7100, true },
		{ 600, 7200, false },  { 600, 7999, false },
		{ 600, 8000, true },   { 650, 8100, true },
		{ 700, 8999, false },  { 5000, 8999, false },
		{ 5000, 9000, true },  { 5099, 9001, true },
		{ 5100, 9002, false },
	};
	struct limit limit;

	(void)state;
	limit_start(&limit, 100, 500, 7000);
	CHECK(&limit, looks);
}

/* A flood between two looks does not close the seconds that follow. */
static void test_owes_nothing(void **state)
{
	static const struct look looks[] = {
		{ 1000000, 100, false },
		{ 1000000, 1000, true },
		{ 1000009, 1100, true },
		{ 1000010, 1200, false },
	};
	struct limit limit;

	(void)state;
	limit_start(&limit, 10, 0, 0);
	CHECK(&limit, looks);
}

/* Looked at late, or not for long: seconds begin where they would have. */
static void test_late_looks(void **state)
{
	static const struct look looks[] = {
		{ 10, 900, false },  { 10, 4700, true }, { 20, 4800, false },
		{ 20, 4999, false }, { 20, 5000, true },
	};
	struct limit limit;

	(void)state;
	limit_start(&limit, 10, 0, 0);
	CHECK(&limit, looks);
}

static void test_none_at_all(void **state)
{
	static const struct look looks[] = {
		{ 0, 0, false },
		{ 0, 1000, false },
		{ 0, 10000, false },
	};
	struct limit limit;

	(void)state;
	limit_start(&limit, 0, 0, 0);
	CHECK(&limit, looks);
}

/* New maps count from zero. */
static void test_count_goes_back(void **state)
{
	static const struct look looks[] = {
		{ 100, 100, true },
		{ 0, 200, true },
		{ 5, 300, true },
		{ 105, 400, false },
	};
	struct limit limit;

	(void)state;
	limit_start(&limit, 110, 90, 0);
	CHECK(&limit, looks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closes_until_next_second),
		cmocka_unit_test(test_owes_nothing),
		cmocka_unit_test(test_late_looks),
		cmocka_unit_test(test_none_at_all),
		cmocka_unit_test(test_count_goes_back),
	};

	return cmocka_run_group_tests_name("limit", tests, NULL, NULL);
}
