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
	char *path, *first_path; /* where it is to be, and was made */
	int fd;			 /* -1: taken */
	bool published;
	dev_t dev;
	ino_t ino;
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

/* Does somebody answer?  A full queue is somebody's, too. */
static bool is_live(const char *path)
{
	struct sockaddr_un address;
	bool live = false;
	int fd;

	if (to_sockaddr(path, &address))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	live = !connect(fd, (struct sockaddr *)&address, sizeof(address)) ||
	       errno == EAGAIN;
	close(fd);
	return live;
}

/* What is no socket is nobody's to replace. */
static int check_path(const char *path, bool alone, char *why, size_t why_size)
{
	struct stat found;

	if (lstat(path, &found))
		return 0;
	if (!S_ISSOCK(found.st_mode)) {
		snprintf(why, why_size,
			 "%s is there and no socket; remove it or choose "
			 "another path",
			 path);
		return -EEXIST;
	}
	if (alone && is_live(path)) {
		snprintf(why, why_size,
			 "%s: somebody answers there; stop that udplb or "
			 "choose another path",
			 path);
		return -EADDRINUSE;
	}
	return 0;
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

static int bind_and_listen(struct admin_socket *admin)
{
	struct sockaddr_un address;
	struct stat made;
	mode_t mask;
	int err = to_sockaddr(admin->first_path, &address);

	if (err)
		return err;
	admin->fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (admin->fd < 0)
		return -errno;
	unlink(admin->first_path);
	/* Not a moment with another mode. */
	mask = umask(0177);
	err = bind(admin->fd, (struct sockaddr *)&address, sizeof(address))
		      ? -errno
		      : 0;
	umask(mask);
	if (err)
		return err;
	if (lstat(admin->first_path, &made))
		return -errno;
	admin->dev = made.st_dev;
	admin->ino = made.st_ino;
	return listen(admin->fd, SOMAXCONN) ? -errno : 0;
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
		admin->fd = -1;
		admin->path = strdup(path);
		admin->first_path = make_first_path(path);
	}
	if (admin && admin->path && admin->first_path)
		err = bind_and_listen(admin);
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
	int err;

	if (!rename(admin->first_path, admin->path)) {
		admin->published = true;
		return 0;
	}
	err = -errno;
	snprintf(why, why_size, "%s: cannot be put there: %s", admin->path,
		 strerror(-err));
	return err;
}

int admin_socket_take(struct admin_socket *admin)
{
	int fd = admin->fd;

	admin->fd = -1;
	return fd;
}

const char *admin_socket_path(const struct admin_socket *admin)
{
	return admin->path;
}

void admin_socket_close(struct admin_socket *admin)
{
	const char *path;
	struct stat found;

	if (!admin)
		return;
	if (admin->fd >= 0)
		close(admin->fd);
	path = admin->published ? admin->path : admin->first_path;
	if (path && admin->ino && !lstat(path, &found) &&
	    found.st_ino == admin->ino && found.st_dev == admin->dev)
		unlink(path);
	free(admin->path);
	free(admin->first_path);
	free(admin);
}
