/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/admin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "admin/socket.h"
#include "base/log.h"
#include "base/run_path.h"

struct admin {
	struct admin_socket *socket;
	struct http *http;
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
 * Whether another udplb runs on the interface is the lock's to say, which comes
 * later; so a live socket is refused here only if it may be of another
 * interface.
 */
static int open_socket(struct admin *admin, const struct model *model,
		       bool replace)
{
	char why[256] = "no memory", *path = make_path(model);
	int err = -ENOMEM;

	if (path)
		err = admin_socket_open(&admin->socket, path,
					model->admin_socket && !replace, why,
					sizeof(why));
	free(path);
	if (err && model->admin_socket)
		log_error("admin.socket: %s", why);
	else if (err)
		log_warn("%s; there is no admin API, and 'udplb status' and "
			 "the like will not work",
			 why);
	return err;
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
	if (!err) {
		*out = admin;
		return 0;
	}
	free(admin);
	/* Whoever did not ask for it can do without. */
	return model->admin_socket ? err : 0;
}

int admin_start(struct admin *admin, struct control *control)
{
	char why[256];
	int err;

	if (!admin)
		return 0;
	err = http_open_unix(&admin->http, admin_socket_take(admin->socket),
			     admin_answer, control, why, sizeof(why));
	if (!err)
		err = admin_socket_publish(admin->socket, why, sizeof(why));
	if (err)
		log_error("admin.socket: %s", why);
	else
		log_info("Admin API on %s", admin_socket_path(admin->socket));
	return err;
}

struct http *admin_http(const struct admin *admin)
{
	return admin ? admin->http : NULL;
}

void admin_close(struct admin *admin)
{
	if (!admin)
		return;
	http_close(admin->http);
	admin_socket_close(admin->socket);
	free(admin);
}
