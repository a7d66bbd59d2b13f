/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

/* Standard error goes to a file between capture_start() and capture_end(). */
struct capture {
	FILE *file;
	int stderr_was;
	char text[20000];
};

static int setup(void **state)
{
	struct capture *capture = calloc(1, sizeof(*capture));

	if (!capture)
		return -1;
	unsetenv("JOURNAL_STREAM");
	*state = capture;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static void capture_start(struct capture *capture)
{
	capture->file = tmpfile();
	assert_non_null(capture->file);
	capture->stderr_was = dup(STDERR_FILENO);
	dup2(fileno(capture->file), STDERR_FILENO);
}

static const char *capture_end(struct capture *capture)
{
	size_t length;

	dup2(capture->stderr_was, STDERR_FILENO);
	close(capture->stderr_was);
	rewind(capture->file);
	length = fread(capture->text, 1, sizeof(capture->text) - 1,
		       capture->file);
	capture->text[length] = '\0';
	fclose(capture->file);
	return capture->text;
}

static void assert_matches(const char *text, const char *pattern)
{
	regex_t regex;

	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	if (regexec(&regex, text, 0, NULL, 0))
		fail_msg("\"%s\" does not match %s", text, pattern);
	regfree(&regex);
}

#define STAMP                                                                  \
	"\\[[0-9]{4}-[0-9]{2}-[0-9]{2} "                                       \
	"[0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3}\\] "

static void test_levels(void **state)
{
	const char *text;

	capture_start(*state);
	log_init(true);
	log_error("a %d", 1);
	log_warn("b %s", "2");
	log_info("c");
	log_debug("d");
	text = capture_end(*state);
	assert_matches(text, "^" STAMP "\\[ERROR\\] a 1\n" STAMP
			     "\\[WARNING\\] b 2\n" STAMP "\\[INFO\\] c\n" STAMP
			     "\\[DEBUG\\] d\n$");
}

static void test_debug_only_when_verbose(void **state)
{
	capture_start(*state);
	log_init(false);
	log_debug("hidden");
	assert_string_equal(capture_end(*state), "");
}

static void set_journal(int fd, unsigned int inode_off_by)
{
	char value[64];
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	snprintf(value, sizeof(value), "%llu:%llu",
		 (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino + inode_off_by);
	setenv("JOURNAL_STREAM", value, 1);
}

static void test_journal(void **state)
{
	capture_start(*state);
	set_journal(STDERR_FILENO, 0);
	log_init(true);
	log_error("a");
	log_warn("b");
	log_info("c");
	log_debug("d");
	assert_string_equal(capture_end(*state), "<3>a\n<4>b\n<6>c\n<7>d\n");
}

static void test_inherited_journal_is_not_ours(void **state)
{
	capture_start(*state);
	set_journal(STDERR_FILENO, 1);
	log_init(false);
	log_info("x");
	assert_matches(capture_end(*state), "^" STAMP "\\[INFO\\] x\n$");
}

static void test_malformed_journal_stream(void **state)
{
	static const char *const values[] = { "", "x", "1", "1:", ":1" };

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		capture_start(*state);
		setenv("JOURNAL_STREAM", values[i], 1);
		log_init(false);
		log_info("x");
		assert_matches(capture_end(*state),
			       "^" STAMP "\\[INFO\\] x\n$");
	}
}

static void test_errno_survives(void **state)
{
	int closed;

	capture_start(*state);
	log_init(false);
	errno = ENOTTY;
	log_info("fine");
	assert_int_equal(errno, ENOTTY);
	capture_end(*state);

	/* Also where the write itself fails. */
	closed = dup(STDERR_FILENO);
	close(STDERR_FILENO);
	errno = ENOTTY;
	log_info("lost");
	dup2(closed, STDERR_FILENO);
	close(closed);
	assert_int_equal(errno, ENOTTY);
}

static void test_stays_one_line(void **state)
{
	static const struct {
		const char *text, *line;
	} cases[] = {
		{ "a\nb", "<6>a; b\n" },
		{ "a\n", "<6>a\n" },
		{ "a\n\n\nb\n\n", "<6>a; b\n" },
		{ "\n", "<6>\n" },
		{ "a\tb\r\x1b[1m", "<6>a b  [1m\n" },
		{ "100 %s\x7f", "<6>100 %s \n" },
		{ "gr\xc3\xbc\xc3\x9f", "<6>gr\xc3\xbc\xc3\x9f\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		capture_start(*state);
		set_journal(STDERR_FILENO, 0);
		log_init(false);
		log_info("%s", cases[i].text);
		assert_string_equal(capture_end(*state), cases[i].line);
	}
}

static void test_long_line_is_cut(void **state)
{
	char text[12000];
	const char *line;

	memset(text, '\n', sizeof(text) - 1);
	for (size_t i = 0; i < sizeof(text); i += 2)
		text[i] = 'x';
	text[sizeof(text) - 1] = '\0';
	capture_start(*state);
	set_journal(STDERR_FILENO, 0);
	log_init(false);
	log_info("%s", text);
	line = capture_end(*state);
	assert_in_range(strlen(line), 8000, 8400);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_levels),
		TEST(test_debug_only_when_verbose),
		TEST(test_journal),
		TEST(test_inherited_journal_is_not_ours),
		TEST(test_malformed_journal_stream),
		TEST(test_errno_survives),
		TEST(test_stays_one_line),
		TEST(test_long_line_is_cut),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
