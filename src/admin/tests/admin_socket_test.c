/* SPDX-License-Identifier: GPL-2.0-only */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "admin/socket.h"

static char directory[] = "/tmp/udplb-admin-XXXXXX";
static char path[64], why[256];

static int setup(void **state)
{
	(void)state;
	strcpy(directory + strlen(directory) - 6, "XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/a.sock", directory);
	return 0;
}

/* Fails where anything was left in it. */
static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

static int dial(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), err;

	strcpy(address.sun_path, path);
	err = connect(fd, (struct sockaddr *)&address, sizeof(address)) ? -errno
									: 0;
	close(fd);
	return err;
}

static struct admin_socket *open_one(bool alone)
{
	struct admin_socket *admin = NULL;

	assert_int_equal(
		admin_socket_open(&admin, path, alone, why, sizeof(why)), 0);
	return admin;
}

/* Its descriptor. */
static int publish(struct admin_socket *admin)
{
	int fd = admin_socket_publish(admin, why, sizeof(why));

	assert_true(fd >= 0);
	return fd;
}

static void test_life(void **state)
{
	struct admin_socket *admin = open_one(true);
	struct stat made;
	int fd;

	(void)state;
	assert_int_equal(dial(), -ENOENT);
	assert_true(admin_socket_is_lost(admin));
	fd = publish(admin);
	assert_false(admin_socket_is_lost(admin));
	assert_int_equal(dial(), 0);
	assert_int_equal(stat(path, &made), 0);
	assert_int_equal(made.st_mode & 0777, 0600);
	admin_socket_close(admin);
	close(fd);
	assert_int_equal(access(path, F_OK), -1);
}

static void test_never_published(void **state)
{
	struct admin_socket *admin = open_one(true);
	struct dirent *entry;
	DIR *dir = opendir(directory);

	(void)state;
	/* Also of who is killed there nothing is left. */
	while ((entry = readdir(dir)))
		assert_int_equal(strspn(entry->d_name, "."),
				 strlen(entry->d_name));
	closedir(dir);
	admin_socket_close(admin);
}

/* systemd/systemd#20635: a cleaner of old files takes sockets that are in use.
 */
static void test_removed(void **state)
{
	struct admin_socket *admin = open_one(true), *other;
	int old, fd, foreign;

	(void)state;
	old = publish(admin);
	unlink(path);
	assert_true(admin_socket_is_lost(admin));
	fd = publish(admin);
	assert_false(admin_socket_is_lost(admin));
	assert_int_equal(dial(), 0);
	/* Whose is there is somebody's. */
	other = open_one(false);
	foreign = publish(other);
	assert_false(admin_socket_is_lost(admin));
	admin_socket_close(admin);
	assert_int_equal(dial(), 0);
	admin_socket_close(other);
	close(old);
	close(fd);
	close(foreign);
}

/* Without a descriptor to ask with, nobody is thought to be away. */
static void test_cannot_tell(void **state)
{
	struct admin_socket *first = open_one(true), *second = NULL;
	struct rlimit limit, none;
	int fd = publish(first);

	(void)state;
	getrlimit(RLIMIT_NOFILE, &limit);
	none = limit;
	none.rlim_cur = (rlim_t)fd;
	close(open("/", O_RDONLY));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(
		admin_socket_open(&second, path, true, why, sizeof(why)),
		-EMFILE);
	setrlimit(RLIMIT_NOFILE, &limit);
	assert_non_null(strstr(why, "cannot be told"));
	admin_socket_close(first);
	close(fd);
}

static void test_live_and_stale(void **state)
{
	struct admin_socket *first = open_one(true), *second = NULL;
	int old = publish(first), fd;

	(void)state;
	assert_int_equal(
		admin_socket_open(&second, path, true, why, sizeof(why)),
		-EADDRINUSE);
	assert_non_null(strstr(why, "somebody answers there"));
	/* Nobody answers any more, but the name is left. */
	close(old);
	assert_int_equal(dial(), -ECONNREFUSED);
	second = open_one(true);
	fd = publish(second);
	assert_int_equal(dial(), 0);
	/* Not its own any more: it stays. */
	admin_socket_close(first);
	assert_int_equal(dial(), 0);
	admin_socket_close(second);
	close(fd);
}

static void test_in_the_place_of_another(void **state)
{
	struct admin_socket *first = open_one(true), *second;
	int old = publish(first), fd;

	(void)state;
	second = open_one(false);
	assert_int_equal(dial(), 0);
	fd = publish(second);
	admin_socket_close(first);
	assert_int_equal(dial(), 0);
	admin_socket_close(second);
	close(old);
	close(fd);
}

static void test_refused(void **state)
{
	struct admin_socket *admin = NULL;
	FILE *file = fopen(path, "w");
	char saved[64];

	(void)state;
	fclose(file);
	assert_int_equal(
		admin_socket_open(&admin, path, false, why, sizeof(why)),
		-EEXIST);
	assert_non_null(strstr(why, "no socket"));
	strcpy(saved, path);
	strcpy(path, "/nonexistent/a.sock");
	assert_int_equal(
		admin_socket_open(&admin, path, true, why, sizeof(why)),
		-ENOENT);
	assert_non_null(strstr(why, "/nonexistent/a.sock: cannot listen"));
	strcpy(path, saved);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_life),	   TEST(test_never_published),
		TEST(test_live_and_stale), TEST(test_in_the_place_of_another),
		TEST(test_removed),	   TEST(test_cannot_tell),
		TEST(test_refused),
	};

	return cmocka_run_group_tests_name("admin_socket", tests, NULL, NULL);
}
