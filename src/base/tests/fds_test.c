/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/fds.h"

#define LIMIT 300

static int opened[LIMIT];
static int n_opened;

/* As many as there are. */
static int use_up(void)
{
	int fd, n = 0;

	while ((fd = dup(STDERR_FILENO)) >= 0) {
		opened[n_opened++] = fd;
		n++;
	}
	assert_int_equal(errno, EMFILE);
	return n;
}

static void give_back(int n)
{
	while (n--)
		close(opened[--n_opened]);
}

static int setup(void **state)
{
	const struct rlimit limit = { .rlim_cur = LIMIT, .rlim_max = LIMIT };

	(void)state;
	return setrlimit(RLIMIT_NOFILE, &limit);
}

static void test_kept(void **state)
{
	int n;

	(void)state;
	fds_keep();
	n = use_up();
	fds_lend();
	fds_lend();
	assert_int_equal(use_up(), FDS_KEPT);
	give_back(FDS_KEPT);
	fds_keep();
	/* Not yet: who lent them first still needs them. */
	assert_int_equal(use_up(), FDS_KEPT);
	give_back(FDS_KEPT);
	fds_keep();
	assert_int_equal(use_up(), 0);
	give_back(n);
}

/* What was opened with them stays; they are made up for when there are others.
 */
static void test_made_up_for(void **state)
{
	int n = use_up();

	(void)state;
	fds_lend();
	assert_int_equal(use_up(), FDS_KEPT);
	fds_keep();
	give_back(FDS_KEPT + 10);
	fds_lend();
	fds_keep();
	assert_int_equal(use_up(), 10);
	give_back(10);
	give_back(n - 10);
}

/* With room enough nothing is closed and opened all the time. */
static void test_room(void **state)
{
	int before = dup(STDERR_FILENO), after;

	(void)state;
	close(before);
	fds_lend();
	after = dup(STDERR_FILENO);
	close(after);
	fds_keep();
	assert_int_equal(before, after);
}

static void test_raise(void **state)
{
	struct rlimit limit = { .rlim_cur = 100, .rlim_max = LIMIT };

	(void)state;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(fds_limit_hard(), LIMIT);
	assert_int_equal(fds_raise(), LIMIT);
	getrlimit(RLIMIT_NOFILE, &limit);
	assert_int_equal(limit.rlim_cur, LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_made_up_for),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_raise),
	};

	return cmocka_run_group_tests_name("fds", tests, setup, NULL);
}
