/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel lets go of a lock when its owner dies, however that comes about:
 * who has it lives.
 *
 * Who ends takes the file away, while it is locked.  So a lock that was got may
 * be one of a file that is no more: it counts only if its file is still the one
 * at the path.  Nobody else may open it, since whoever can read a file can lock
 * it.
 */
#include "control/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/passing.h"
#include "base/run_path.h"

#define MODE  0600
#define TRIES 10

struct control_lock {
	char *path, *state_path;
	int fd; /* -1: none */
	bool held;
	bool complained;
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

/* Its descriptor, or negative errno; a link or a pipe is nobody's lock. */
static int open_file(const char *path, int flags)
{
	struct stat file;
	int err, fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
			   MODE);

	if (fd < 0)
		return -errno;
	err = fstat(fd, &file) ? -errno : 0;
	if (!err && !S_ISREG(file.st_mode))
		err = -EEXIST;
	if (err) {
		close(fd);
		return err;
	}
	/* Whatever the umask, and what an older udplb made of it. */
	if (flags & O_CREAT && (file.st_mode & 07777) != MODE)
		fchmod(fd, MODE);
	return fd;
}

/* 1, 0 or negative errno. */
static int is_at_path(const char *path, int fd)
{
	struct stat ours, there;

	if (fstat(fd, &ours))
		return -errno;
	if (lstat(path, &there))
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	return ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

static int lock_file(int fd)
{
	int err;

	do
		err = flock(fd, LOCK_EX | LOCK_NB) ? -errno : 0;
	while (err == -EINTR);
	return err;
}

/* 0, and it is ours; -EWOULDBLOCK: somebody's; or another negative errno. */
static int try(struct control_lock *lock)
{
	int at = 0, err = 0;

	for (int i = 0; !err && !at && i < TRIES; i++) {
		if (lock->fd < 0)
			lock->fd = open_file(lock->path, O_RDWR | O_CREAT);
		if (lock->fd < 0) {
			err = lock->fd;
			lock->fd = -1;
			return err;
		}
		err = lock_file(lock->fd);
		if (!err)
			at = is_at_path(lock->path, lock->fd);
		if (!err && at < 0)
			err = at;
		if (!err && !at) {
			close(lock->fd);
			lock->fd = -1;
		}
	}
	if (!err && !at)
		return -EAGAIN;
	if (err)
		return err;
	lock->held = true;
	write_pid(lock->fd);
	return 0;
}

/* Who has the file's old inode open has our lock, whatever is at the path. */
static bool make_again(struct control_lock *lock)
{
	struct control_lock next = { .path = lock->path, .fd = -1 };
	int err;

	run_path_make_directory();
	err = try(&next);
	if (!err) {
		close(lock->fd);
		lock->fd = next.fd;
		lock->complained = false;
		log_warn("%s was removed by somebody, and is made again",
			 lock->path);
		return true;
	}
	if (next.fd >= 0)
		close(next.fd);
	if (!lock->complained)
		log_warn("%s was removed by somebody, and cannot be made "
			 "again: %s; a second udplb would not be kept off; "
			 "will be repeated",
			 lock->path,
			 err == -EWOULDBLOCK ? "another udplb has it"
					     : strerror(-err));
	lock->complained = true;
	return false;
}

bool control_lock_look(struct control_lock *lock)
{
	if (lock->held)
		return is_at_path(lock->path, lock->fd) == 0 &&
		       make_again(lock);
	if (lock->fd >= 0)
		try(lock);
	return false;
}

/* In a sticky one, who came before with a file of that name is told of. */
static void warn_of_directory(void)
{
	char *path = run_path_directory();
	struct stat found;

	if (path && !stat(path, &found) &&
	    found.st_mode & (S_IWGRP | S_IWOTH) && !(found.st_mode & S_ISVTX))
		log_warn("%s can be written by others (mode %04o): they can "
			 "keep udplb from starting, and change what it takes "
			 "over from the one before; 'chmod 755 %s'",
			 path, found.st_mode & 07777, path);
	free(path);
}

static int begin(struct control_lock *lock, const char *interface, pid_t *other)
{
	int err = make_paths(lock, interface);

	if (err)
		return err;
	warn_of_directory();
	err = try(lock);
	if (err == -EWOULDBLOCK) {
		*other = read_pid(lock->fd);
		return 0;
	}
	if (!err || passing(err))
		return err;
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
	log_warn("%s: %s; nobody keeps a second udplb off, and the next one "
		 "cannot take over from this one",
		 lock->path,
		 err == -ELOOP || err == -EEXIST ? "is there and no plain file"
						 : strerror(-err));
	return 0;
}

int control_lock_open(struct control_lock **out, const char *interface,
		      pid_t *other)
{
	struct control_lock *lock = calloc(1, sizeof(*lock));
	int err;

	*other = 0;
	*out = NULL;
	if (!lock)
		return -ENOMEM;
	lock->fd = -1;
	err = begin(lock, interface, other);
	if (!err) {
		*out = lock;
		return 0;
	}
	log_error("%s: whether another udplb runs there cannot be told: %s",
		  interface, strerror(-err));
	control_lock_close(lock);
	return err;
}

int control_lock_owner(const char *interface, pid_t *owner)
{
	char *path = run_path(interface, ".lock");
	int fd = path ? open_file(path, O_RDONLY) : -ENOMEM;
	int err = 0;

	free(path);
	if (fd < 0)
		return fd == -ENOENT || fd == -ENOTDIR ? 0 : fd;
	if (flock(fd, LOCK_SH | LOCK_NB))
		err = -errno;
	*owner = err == -EWOULDBLOCK ? read_pid(fd) : 0;
	close(fd);
	return err == -EWOULDBLOCK ? 1 : err;
}

void control_lock_close(struct control_lock *lock)
{
	if (!lock)
		return;
	if (lock->held && is_at_path(lock->path, lock->fd) == 1)
		unlink(lock->path);
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
