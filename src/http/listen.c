/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The listening socket is ours, because libmicrohttpd would only tell that it
 * could not get one, not why.
 */
#include "http/listen.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Differs from what was asked for where that was 0.  0 or negative errno. */
static int read_port(int fd, uint16_t *port)
{
	union addr_sockaddr bound = { 0 };
	socklen_t size = sizeof(bound);

	if (getsockname(fd, &bound.any, &size) < 0)
		return -errno;
	*port = ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port
						      : bound.v4.sin_port);
	return 0;
}

/* A listening socket and its port; or negative errno. */
static int listen_at(const struct addr *address, uint16_t *port)
{
	union addr_sockaddr sockaddr;
	socklen_t size = addr_to_sockaddr(address, *port, &sockaddr);
	int fd, err, on = 1;

	fd = socket(address->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		    0);
	if (fd < 0)
		return -errno;
	/* Else a restart would have to wait for TIME_WAIT to end. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, &sockaddr.any, size) < 0 || listen(fd, SOMAXCONN) < 0)
		err = -errno;
	else
		err = read_port(fd, port);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

static void explain(int err, const struct addr *address, uint16_t port,
		    char *why, size_t why_size)
{
	char at[ENDPOINT_STRLEN];

	addr_format_endpoint(address, port, at);
	switch (-err) {
	case EADDRINUSE:
		snprintf(why, why_size,
			 "%s is taken by another program ('ss -ltnp' tells "
			 "which); stop it or choose another port",
			 at);
		break;
	case EADDRNOTAVAIL:
		snprintf(why, why_size,
			 "%s: no interface of this host has that address", at);
		break;
	case EACCES:
		snprintf(why, why_size,
			 "%s: permission denied; ports below 1024 need root or "
			 "CAP_NET_BIND_SERVICE",
			 at);
		break;
	default:
		snprintf(why, why_size, "%s: cannot listen: %s", at,
			 strerror(-err));
	}
}

int http_listen(const struct addr *address, uint16_t *port, char *why,
		size_t why_size)
{
	uint16_t wanted = *port;
	int fd = listen_at(address, port);

	if (fd < 0)
		explain(fd, address, wanted, why, why_size);
	return fd;
}
