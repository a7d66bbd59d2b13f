/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers and tables as people see them, not on a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "cli/table.h"
#include "cli/units.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_counts(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" },	      { 0.44, "0.4" },
		{ 1, "1" },	      { 12.6, "13" },
		{ 999, "999" },	      { 999.6, "1.00k" },
		{ 1234, "1.23k" },    { 12345, "12.3k" },
		{ 999499, "999k" },   { 999500, "1.00M" },
		{ 1.5e9, "1.50G" },   { 18446744073709551615.0, "18.4E" },
		{ 1e24, "1000000E" },
	};
	char buf[CLI_UNITS_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(cli_units_count(cases[i].value, buf),
				    cases[i].text);
}

static void test_times(void **state)
{
	char buf[CLI_UNITS_SIZE];

	(void)state;
	assert_string_equal(cli_units_duration(-1, buf), "0s");
	assert_string_equal(cli_units_duration(59.9, buf), "59s");
	assert_string_equal(cli_units_duration(60, buf), "1m 0s");
	assert_string_equal(cli_units_duration(3 * 3600 + 125, buf), "3h 2m");
	assert_string_equal(cli_units_duration(400 * 86400.0 + 7200, buf),
			    "400d 2h");
	assert_string_equal(cli_units_time(8.5e-7, buf), "850ns");
	assert_string_equal(cli_units_time(0.00123, buf), "1.23ms");
	assert_string_equal(cli_units_time(0.9996, buf), "1.00s");
	assert_string_equal(cli_units_time(12, buf), "12.0s");
}

static const struct cli_column columns[] = {
	{ "NAME", false, true },
	{ "N", true, false },
	{ "TEXT", false, true },
	{ 0 },
};

static char *print(const char *width, unsigned int rows)
{
	struct cli_table *table = cli_table_new(columns);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	setenv("COLUMNS", width, 1);
	cli_table_add(table, CLI_GOOD, "a");
	cli_table_add(table, CLI_PLAIN, "%d", 12345);
	cli_table_add(table, CLI_PLAIN, "short");
	cli_table_add(table, CLI_PLAIN, "a-rather-long-name");
	cli_table_add(table, CLI_PLAIN, "%d", 1);
	cli_table_add(table, CLI_BAD, "a long text here");
	cli_table_print(table, out, rows);
	cli_table_free(table);
	fclose(out);
	return text;
}

static void expect(char *text, const char *wanted)
{
	assert_string_equal(text, wanted);
	free(text);
}

static void test_tables(void **state)
{
	(void)state;
	expect(print("0", 0), "NAME                    N  TEXT\n"
			      "a                   12345  short\n"
			      "a-rather-long-name      1  a long text here\n");
	expect(print("30", 0), "NAME            N  TEXT\n"
			       "a           12345  short\n"
			       "a-rather..      1  a long te..\n");
}

static void test_limits(void **state)
{
	(void)state;
	/* Not below what still says something. */
	expect(print("5", 0), "NAME          N  TEXT\n"
			      "a         12345  short\n"
			      "a-rath..      1  a long..\n");
	expect(print("0", 1), "NAME                    N  TEXT\n"
			      "a                   12345  short\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests_name("cli_table", tests, NULL, NULL);
}
