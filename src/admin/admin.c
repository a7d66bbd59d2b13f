/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/admin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "admin/socket.h"
#include "base/log.h"
#include "base/run_path.h"
#include "http/loop.h"

struct admin {
	char *path;
	bool wanted; /* by the configuration: it is an error without */
	bool complained;
	struct admin_socket *socket; /* NULL: it cannot be made yet */
	sd_event *event;
	struct control *control;
	struct http *http;
	struct http_watch watch;
};

/* As configured, or where commands look for it; NULL without memory. */
static char *make_path(const struct model *model)
{
	if (model->admin_socket)
		return strdup(model->admin_socket);
	run_path_make_directory();
	return run_path(model->interface, ".sock");
}

/*
 * 0, also where it is only wished for and cannot be had.  It is tried once a
 * second then, and said once.
 */
static int complain(struct admin *admin, int err, const char *why)
{
	if (err && admin->wanted) {
		log_error("admin.socket: %s", why);
		return err;
	}
	if (err && !admin->complained)
		log_warn("%s; there is no admin API until it can be had, and "
			 "'udplb status' and the like will not work",
			 why);
	admin->complained = err;
	return 0;
}

/*
 * Whether another udplb runs on the interface is the lock's to say, which comes
 * later; so a live socket is refused here only if it may be of another
 * interface.
 */
static int open_socket(struct admin *admin, const struct model *model,
		       bool replace)
{
	char why[256];
	int err;

	admin->wanted = model->admin_socket;
	admin->path = make_path(model);
	if (!admin->path)
		return -ENOMEM;
	err = admin_socket_open(&admin->socket, admin->path,
				admin->wanted && !replace, why, sizeof(why));
	return complain(admin, err, why);
}

int admin_open(struct admin **out, const struct model *model, bool replace)
{
	struct admin *admin;
	int err;

	*out = NULL;
	if (model->admin_socket && !strcmp(model->admin_socket, "none"))
		return 0;
	admin = calloc(1, sizeof(*admin));
	err = admin ? open_socket(admin, model, replace) : -ENOMEM;
	if (err)
		admin_close(admin);
	else
		*out = admin;
	return err;
}

/* In the place of the listener so far, if there is one. */
static int listen_at(struct admin *admin, int fd, char *why, size_t why_size)
{
	struct http_watch watch = { NULL };
	struct http *http = NULL;
	int err = http_open_unix(&http, fd, admin_answer, admin->control, why,
				 why_size);

	if (!err)
		err = http_watch_open(&watch, admin->event, http);
	if (err) {
		http_close(http);
		return err;
	}
	http_watch_close(&admin->watch);
	http_close(admin->http);
	admin->http = http;
	admin->watch = watch;
	return 0;
}

static int publish(struct admin *admin, char *why, size_t why_size)
{
	int fd, err = 0;

	if (!admin->socket)
		err = admin_socket_open(&admin->socket, admin->path, false, why,
					why_size);
	if (err)
		return err;
	fd = admin_socket_publish(admin->socket, why, why_size);
	return fd < 0 ? fd : listen_at(admin, fd, why, why_size);
}

int admin_start(struct admin *admin, sd_event *event, struct control *control)
{
	char why[256] = "no memory";
	int err;

	if (!admin)
		return 0;
	admin->event = event;
	admin->control = control;
	err = publish(admin, why, sizeof(why));
	if (!err)
		log_info("Admin API on %s", admin->path);
	return complain(admin, err, why);
}

void admin_look(struct admin *admin)
{
	char why[256] = "no memory";
	int err;

	if (!admin || (admin->socket && !admin_socket_is_lost(admin->socket)))
		return;
	if (!admin->wanted)
		run_path_make_directory();
	err = publish(admin, why, sizeof(why));
	if (!err)
		log_info("Admin API on %s again", admin->path);
	else if (!admin->complained)
		log_warn("the admin socket was removed by somebody: %s; will "
			 "be repeated",
			 why);
	admin->complained = err;
}

void admin_close(struct admin *admin)
{
	if (!admin)
		return;
	http_watch_close(&admin->watch);
	http_close(admin->http);
	admin_socket_close(admin->socket);
	free(admin->path);
	free(admin);
}
