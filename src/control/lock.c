/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel lets go of a lock when its owner dies, however that comes about:
 * who has it lives.
 */
#include "control/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/log.h"
#include "base/run_path.h"

struct control_lock {
	char *path, *state_path;
	int fd; /* -1: none */
	bool held;
};

static int make_paths(struct control_lock *lock, const char *interface)
{
	run_path_make_directory();
	lock->path = run_path(interface, ".lock");
	lock->state_path = run_path(interface, ".json");
	return lock->path && lock->state_path ? 0 : -ENOMEM;
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

bool control_lock_owner(const char *interface, pid_t *owner)
{
	char *path = run_path(interface, ".lock");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	bool held;

	free(path);
	if (fd < 0)
		return false;
	held = flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
	*owner = held ? read_pid(fd) : 0;
	close(fd);
	return held;
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
