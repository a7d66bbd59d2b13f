/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel lets go of a lock when its owner dies, however that comes about:
 * who has it lives.  Interfaces of one name in several network namespaces are
 * several, so the namespace's number is part of the name: of init's as well, since
 * who is not root cannot tell which that is.
 */
#include "control_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

#define DIRECTORY "/run/udplb"

struct control_lock {
	char *path, *state_path;
	int fd;				/* -1: none */
	bool held;
};

/* systemd's RuntimeDirectory= makes one for us, if there are several the first. */
static char *directory(void)
{
	const char *given = getenv("RUNTIME_DIRECTORY");

	if (given && *given == '/')
		return strndup(given, strcspn(given, ":"));
	return strdup(DIRECTORY);
}

/* "@4026532008"; "" where there is no /proc. */
static void name_space(char *buf, size_t size)
{
	struct stat ours;

	*buf = '\0';
	if (!stat("/proc/self/ns/net", &ours))
		snprintf(buf, size, "@%lu", (unsigned long)ours.st_ino);
}

static int make_paths(struct control_lock *lock, const char *interface)
{
	char *where = directory(), space[32];
	int n = -1;

	name_space(space, sizeof(space));
	if (where) {
		mkdir(where, 0755);
		n = asprintf(&lock->path, "%s/%s%s.lock", where, interface,
			     space);
	}
	if (n < 0)
		lock->path = NULL;
	else
		n = asprintf(&lock->state_path, "%s/%s%s.json", where,
			     interface, space);
	if (n < 0)
		lock->state_path = NULL;
	free(where);
	return n < 0 ? -ENOMEM : 0;
}

static pid_t read_pid(int fd)
{
	char text[32] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		return 0;
	return (pid_t)strtol(text, NULL, 10);
}

static void write_pid(int fd)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%d\n", (int)getpid());

	/* Only for people: without it, the lock is one all the same. */
	if (ftruncate(fd, 0) || pwrite(fd, text, (size_t)n, 0) != n)
		log_debug("writing our process id: %s", strerror(errno));
}

void control_lock_retry(struct control_lock *lock)
{
	if (lock->held || lock->fd < 0 || flock(lock->fd, LOCK_EX | LOCK_NB))
		return;
	lock->held = true;
	write_pid(lock->fd);
}

int control_lock_open(struct control_lock **out, const char *interface,
		      pid_t *other)
{
	struct control_lock *lock = calloc(1, sizeof(*lock));

	*other = 0;
	*out = lock;
	if (!lock)
		return -ENOMEM;
	lock->fd = -1;
	if (make_paths(lock, interface)) {
		control_lock_close(lock);
		*out = NULL;
		return -ENOMEM;
	}
	lock->fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (lock->fd < 0) {
		log_warn("%s: %s; nobody keeps a second udplb off, and the "
			 "next one cannot take over from this one",
			 lock->path, strerror(errno));
		return 0;
	}
	control_lock_retry(lock);
	if (!lock->held)
		*other = read_pid(lock->fd);
	return 0;
}

void control_lock_close(struct control_lock *lock)
{
	if (!lock)
		return;
	if (lock->fd >= 0)
		close(lock->fd);
	free(lock->path);
	free(lock->state_path);
	free(lock);
}

bool control_lock_held(const struct control_lock *lock)
{
	return lock->held;
}

const char *control_lock_state_path(const struct control_lock *lock)
{
	return lock->fd < 0 ? NULL : lock->state_path;
}
