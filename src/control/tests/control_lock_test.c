/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/run_path.h"
#include "control/lock.h"

static char directory[] = "/tmp/udplb-lock-XXXXXX";
static char *path;

static int setup(void **state)
{
	(void)state;
	strcpy(directory + strlen(directory) - 6, "XXXXXX");
	assert_non_null(mkdtemp(directory));
	setenv("RUNTIME_DIRECTORY", directory, 1);
	path = run_path("lb0", ".lock");
	assert_non_null(path);
	return 0;
}

/* Fails where anything was left in it. */
static int teardown(void **state)
{
	(void)state;
	free(path);
	unsetenv("RUNTIME_DIRECTORY");
	return rmdir(directory);
}

static struct control_lock *open_one(bool held)
{
	struct control_lock *lock;
	pid_t other;

	assert_int_equal(control_lock_open(&lock, "lb0", &other), 0);
	assert_int_equal(control_lock_held(lock), held);
	assert_int_equal(other, held ? 0 : getpid());
	return lock;
}

static unsigned int mode_of(const char *file)
{
	struct stat found;

	assert_int_equal(lstat(file, &found), 0);
	return found.st_mode & 07777;
}

static void test_one_after_another(void **state)
{
	struct control_lock *first = open_one(true), *second = open_one(false);
	pid_t owner = 0;

	(void)state;
	assert_int_equal(control_lock_owner("lb0", &owner), 1);
	assert_int_equal(owner, getpid());
	assert_false(control_lock_look(second));
	assert_false(control_lock_held(second));
	/* The file of the first goes; the second has one of its own. */
	control_lock_close(first);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(control_lock_owner("lb0", &owner), 0);
	control_lock_look(second);
	assert_true(control_lock_held(second));
	assert_int_equal(control_lock_owner("lb0", &owner), 1);
	control_lock_close(open_one(false));
	control_lock_close(second);
	assert_int_equal(control_lock_owner("lb0", &owner), 0);
}

static void test_mode(void **state)
{
	const mode_t masks[] = { 0, 0077, 0777 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const mode_t before = umask(masks[i]);
		struct control_lock *lock = open_one(true);

		umask(before);
		assert_int_equal(mode_of(path), 0600);
		control_lock_close(lock);
	}
	/* As an older udplb made it. */
	close(open(path, O_CREAT | O_RDWR, 0644));
	chmod(path, 0644);
	control_lock_close(open_one(true));
}

/* A cleaner took the file, or somebody the directory. */
static void test_removed(void **state)
{
	struct control_lock *lock = open_one(true);
	struct control_lock *other;

	(void)state;
	assert_false(control_lock_look(lock));
	unlink(path);
	assert_true(control_lock_look(lock));
	assert_int_equal(mode_of(path), 0600);
	assert_false(control_lock_look(lock));
	unlink(path);
	assert_int_equal(rmdir(directory), 0);
	assert_true(control_lock_look(lock));
	other = open_one(false);
	control_lock_close(other);
	control_lock_close(lock);
}

/*
 * Its owner has removed it between our opening it and locking it
 * (openwall/john#3482).
 */
static void test_lock_of_a_file_that_is_gone(void **state)
{
	struct control_lock *first = open_one(true), *second = open_one(false);
	struct control_lock *third;

	(void)state;
	control_lock_close(first);
	third = open_one(true);
	/* The second could lock the old file, which nobody else finds. */
	control_lock_look(second);
	assert_false(control_lock_held(second));
	control_lock_close(second);
	assert_int_equal(access(path, F_OK), 0);
	control_lock_close(third);
}

static void test_no_plain_file(void **state)
{
	char target[64];
	struct control_lock *lock;
	pid_t other;

	(void)state;
	snprintf(target, sizeof(target), "%s/target", directory);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(control_lock_open(&lock, "lb0", &other), 0);
	assert_false(control_lock_held(lock));
	assert_null(control_lock_state_path(lock));
	control_lock_close(lock);
	assert_int_equal(access(target, F_OK), -1);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(control_lock_open(&lock, "lb0", &other), 0);
	assert_false(control_lock_held(lock));
	control_lock_close(lock);
	unlink(path);
}

static void test_cannot_tell(void **state)
{
	struct control_lock *first = open_one(true), *lock;
	struct rlimit limit, none;
	int next = dup(0);
	pid_t other;

	(void)state;
	close(next);
	getrlimit(RLIMIT_NOFILE, &limit);
	none = limit;
	none.rlim_cur = (rlim_t)next;
	setrlimit(RLIMIT_NOFILE, &none);
	assert_int_equal(control_lock_owner("lb0", &other), -EMFILE);
	assert_int_equal(control_lock_open(&lock, "lb0", &other), -EMFILE);
	assert_false(control_lock_look(first));
	setrlimit(RLIMIT_NOFILE, &limit);
	assert_true(control_lock_held(first));
	control_lock_close(first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_after_another),
		TEST(test_mode),
		TEST(test_removed),
		TEST(test_lock_of_a_file_that_is_gone),
		TEST(test_no_plain_file),
		TEST(test_cannot_tell),
	};

	return cmocka_run_group_tests_name("control_lock", tests, NULL, NULL);
}
