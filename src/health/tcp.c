/* SPDX-License-Identifier: GPL-2.0-only */
/* A connection that is established is enough. */
#include "health/private.h"

#include <errno.h>
#include <poll.h>

static void finish(struct health_entry *entry)
{
	int problem = 0;
	socklen_t size = sizeof(problem);

	if (getsockopt(entry->fd, SOL_SOCKET, SO_ERROR, &problem, &size))
		problem = errno;
	if (problem)
		health_errno(entry, -problem);
	else
		health_good(entry, "connected");
}

/* What failed is told as an error as well, so nothing is left to ask for. */
static void tcp_ready(struct health_entry *entry, uint32_t events)
{
	if (events & (EPOLLERR | EPOLLHUP))
		finish(entry);
	else
		health_good(entry, "connected");
}

static int tcp_start(struct health_entry *entry)
{
	return health_socket_connect(entry, SOCK_STREAM, EPOLLOUT | EPOLLET);
}

static void tcp_look(struct health_entry *entry)
{
	struct pollfd poll_fd = { .fd = entry->fd, .events = POLLOUT };

	if (poll(&poll_fd, 1, 0) == 1)
		finish(entry);
}

const struct health_kind health_kind_tcp = {
	.start = tcp_start,
	.ready = tcp_ready,
	.look = tcp_look,
	.stop = health_socket_close,
};
