/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct admin_socket {
	char *path, *first_path; /* where it is to be, and is made */
	dev_t dev;		 /* of the one that was published */
	ino_t ino;		 /* 0: none was */
};

static int to_sockaddr(const char *path, struct sockaddr_un *out)
{
	const size_t size = strlen(path) + 1;

	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (size > sizeof(out->sun_path))
		return -ENAMETOOLONG;
	memcpy(out->sun_path, path, size);
	return 0;
}

/*
 * Does somebody answer?  A full queue is somebody's, too.  1 or 0; or negative
 * errno where that cannot be told.
 */
static int is_live(const char *path)
{
	struct sockaddr_un address;
	int err = to_sockaddr(path, &address), fd;

	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = connect(fd, (struct sockaddr *)&address, sizeof(address)) ? -errno
									: 0;
	close(fd);
	switch (err) {
	case 0:
	case -EAGAIN:
		return 1;
	case -ECONNREFUSED:
	case -ENOENT:
		return 0;
	default:
		return err;
	}
}

/* What is no socket is nobody's to replace. */
static int check_path(const char *path, bool alone, char *why, size_t why_size)
{
	struct stat found;
	int live = 0;

	if (lstat(path, &found)) {
		live = errno == ENOENT ? 0 : -errno;
	} else if (!S_ISSOCK(found.st_mode)) {
		snprintf(why, why_size,
			 "%s is there and no socket; remove it or choose "
			 "another path",
			 path);
		return -EEXIST;
	} else if (alone) {
		live = is_live(path);
	}
	if (live < 0)
		snprintf(why, why_size,
			 "%s: whether somebody answers there cannot be told: "
			 "%s",
			 path, strerror(-live));
	else if (live)
		snprintf(why, why_size,
			 "%s: somebody answers there; stop that udplb or "
			 "choose another path",
			 path);
	return live > 0 ? -EADDRINUSE : live;
}

/* As short as can be: the path may be as long as the system allows. */
static char *make_first_path(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *first;

	if (asprintf(&first, "%.*s/.%x", (int)(slash ? slash - path : 0), path,
		     (unsigned int)getpid()) < 0)
		return NULL;
	return first;
}

/* A socket at that path, and what lstat() says of it; or negative errno. */
static int bind_at(const char *path, struct stat *made)
{
	struct sockaddr_un address;
	int fd, err = to_sockaddr(path, &address);
	mode_t mask;

	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	unlink(path);
	/* Not a moment with another mode. */
	mask = umask(0177);
	err = bind(fd, (struct sockaddr *)&address, sizeof(address)) ? -errno
								     : 0;
	umask(mask);
	if (!err && lstat(path, made))
		err = -errno;
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

/* The path may be too long, its directory missing or somebody else's. */
static int try(const struct admin_socket *admin)
{
	struct stat made;
	struct sockaddr_un address;
	int err = to_sockaddr(admin->path, &address);
	int fd = err ? err : bind_at(admin->first_path, &made);

	if (fd < 0)
		return fd;
	unlink(admin->first_path);
	close(fd);
	return 0;
}

int admin_socket_open(struct admin_socket **out, const char *path, bool alone,
		      char *why, size_t why_size)
{
	struct admin_socket *admin;
	int err = check_path(path, alone, why, why_size);

	if (err)
		return err;
	admin = calloc(1, sizeof(*admin));
	err = -ENOMEM;
	if (admin) {
		admin->path = strdup(path);
		admin->first_path = make_first_path(path);
	}
	if (admin && admin->path && admin->first_path)
		err = try(admin);
	if (!err) {
		*out = admin;
		return 0;
	}
	snprintf(why, why_size, "%s: cannot listen: %s", path, strerror(-err));
	admin_socket_close(admin);
	return err;
}

int admin_socket_publish(struct admin_socket *admin, char *why, size_t why_size)
{
	struct stat made = { 0 };
	int fd = bind_at(admin->first_path, &made), err = fd < 0 ? fd : 0;

	if (!err &&
	    (listen(fd, SOMAXCONN) || rename(admin->first_path, admin->path))) {
		err = -errno;
		unlink(admin->first_path);
		close(fd);
	}
	if (err) {
		snprintf(why, why_size, "%s: cannot be put there: %s",
			 admin->path, strerror(-err));
		return err;
	}
	admin->dev = made.st_dev;
	admin->ino = made.st_ino;
	return fd;
}

/* Another one's is another udplb's, which took our place or is about to. */
bool admin_socket_is_lost(const struct admin_socket *admin)
{
	struct stat found;

	return !admin->ino || (lstat(admin->path, &found) &&
			       (errno == ENOENT || errno == ENOTDIR));
}

void admin_socket_close(struct admin_socket *admin)
{
	struct stat found;

	if (!admin)
		return;
	if (admin->path && admin->ino && !lstat(admin->path, &found) &&
	    found.st_ino == admin->ino && found.st_dev == admin->dev)
		unlink(admin->path);
	free(admin->path);
	free(admin->first_path);
	free(admin);
}
