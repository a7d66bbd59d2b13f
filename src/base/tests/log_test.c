/* SPDX-License-Identifier: GPL-2.0-only */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/log_out.h"

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

/* A pipe as standard error, which is read from only in the end. */
struct stuck {
	int from, stderr_was, flags;
};

static void stuck_on(struct stuck *stuck, const int ends[2])
{
	stuck->from = ends[0];
	stuck->stderr_was = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	stuck->flags = fcntl(STDERR_FILENO, F_GETFL);
}

static void stuck_start(struct stuck *stuck)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	stuck_on(stuck, ends);
}

/* What was written, to the end; free() it. */
static char *stuck_end(struct stuck *stuck)
{
	size_t room = 4 * LOG_OUT_KEPT, length = 0;
	char *text = calloc(1, room);
	ssize_t n;

	fcntl(stuck->from, F_SETFL, O_NONBLOCK);
	do { /* as its reader would, who is back */
		n = read(stuck->from, text + length, room - 1 - length);
		length += n > 0 ? (size_t)n : 0;
		log_tick();
	} while (n > 0);
	assert_int_equal(fcntl(STDERR_FILENO, F_GETFL), stuck->flags);
	dup2(stuck->stderr_was, STDERR_FILENO);
	close(stuck->stderr_was);
	close(stuck->from);
	return text;
}

static unsigned int count(const char *text, const char *what)
{
	unsigned int n = 0;

	while ((text = strstr(text, what))) {
		n++;
		text += strlen(what);
	}
	return n;
}

#define LINES 1000

/* Formats that differ, so that nothing else holds lines back. */
static void write_much(void)
{
	static char formats[LINES][32];
	char text[1000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < LINES; i++) {
		snprintf(formats[i], sizeof(formats[i]), "line %zu %%s", i);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		log_info(formats[i], text);
#pragma GCC diagnostic pop
	}
}

/*
 * Would wait for ever, if it waited: docker/sbx-releases#374,
 * clice-io/clice#514 and habitat-sh/habitat#2395 did.  That the flags of
 * standard error stay as they are is the lesson of rust-lang/rust#100673 and
 * mitogen-hq/mitogen#1300.
 */
static void test_full_pipe(void **state)
{
	struct stuck stuck;
	char *text, line[64];
	unsigned int lines;

	(void)state;
	stuck_start(&stuck);
	log_init(false);
	log_run_calmly();
	write_much();
	assert_true(log_dropped() > 0);
	text = stuck_end(&stuck);
	/* What came is the beginning, in order and whole; then how much is
	 * not there. */
	lines = count(text, "[INFO] line ");
	assert_int_equal(lines + log_dropped(), LINES);
	assert_true(lines * 1000 > LOG_OUT_KEPT);
	assert_int_equal(count(text, "xxx\n"), lines);
	for (unsigned int i = 0; i < lines; i++) {
		snprintf(line, sizeof(line), "[INFO] line %u xx", i);
		assert_non_null(strstr(text, line));
	}
	snprintf(line, sizeof(line), "[WARNING] %u lines of this log were lost",
		 LINES - lines);
	assert_int_equal(count(text, line), 1);
	free(text);
	log_init(false);
}

/* Each line is there, or counted. */
static void write_and_account(struct stuck *stuck)
{
	char *text;

	write_much();
	assert_true(log_dropped() > 0);
	text = stuck_end(stuck);
	assert_int_equal(count(text, "[INFO] line ") + log_dropped(), LINES);
	free(text);
	log_init(false);
}

/* As where /proc is not there, or the pipe is another user's. */
static void test_full_pipe_of_others(void **state)
{
	struct rlimit was, none;
	struct stuck stuck;

	(void)state;
	/* No descriptor is left to open it again with. */
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = was;
	none.rlim_cur = 0;
	stuck_start(&stuck);
	log_init(false);
	setrlimit(RLIMIT_NOFILE, &none);
	log_run_calmly();
	setrlimit(RLIMIT_NOFILE, &was);
	write_and_account(&stuck);
}

/* As the journal's is. */
static void test_full_socket(void **state)
{
	struct stuck stuck;
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	stuck_on(&stuck, ends);
	log_init(false);
	log_run_calmly();
	write_and_account(&stuck);
}

/* haproxy/haproxy#3295 and AltraMayor/gatekeeper#19 ask for this. */
static void test_many_of_a_kind(void **state)
{
	const char *text;

	capture_start(*state);
	log_init(false);
	log_run_calmly();
	for (unsigned int i = 1; i <= 987; i++)
		log_warn("backend %u is down", i);
	log_warn("another kind");
	usleep(1100000);
	log_tick();
	log_warn("backend %u is down", 988U);
	text = capture_end(*state);
	assert_int_equal(count(text, "] backend "), 101);
	assert_non_null(strstr(text, "[WARNING] another kind\n"));
	assert_int_equal(count(text, "[WARNING] ... and 887 more lines like "
				     "this within a second, the last: backend "
				     "987 is down\n"),
			 1);
	assert_non_null(strstr(text, "] backend 988 is down\n"));
	log_init(false);
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
		TEST(test_full_pipe),
		TEST(test_full_pipe_of_others),
		TEST(test_full_socket),
		TEST(test_many_of_a_kind),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
