/* SPDX-License-Identifier: GPL-2.0-only */
#include "health/private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A reset closes without TIME_WAIT, of which many checks would leave many. */
static int set_options(int fd, const struct health *health, int type)
{
	const struct linger reset = { .l_onoff = 1 };
	const size_t length = strlen(health->interface);
	int err = 0;

	if (length)
		err = setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE,
				 health->interface, (socklen_t)length);
	if (!err && type == SOCK_STREAM)
		err = setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset,
				 sizeof(reset));
	return err ? -errno : 0;
}

int health_socket(const struct health *health, int family, int type,
		  int protocol)
{
	int fd, err;

	fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	if (fd < 0)
		return -errno;
	err = set_options(fd, health, type);
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* Without it only "port unreachable" is told of all that routers and hosts
 * answer. */
static int hear_errors(int fd, int family)
{
	const int on = 1;
	int err;

	if (family == AF_INET6)
		err = setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on,
				 sizeof(on));
	else
		err = setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
	return err ? -errno : 0;
}

int health_socket_connect(struct health_entry *entry, int type, uint32_t events,
			  sd_event_io_handler_t on_io)
{
	const struct model_health *check = &entry->check;
	union addr_sockaddr to;
	const socklen_t size =
		addr_to_sockaddr(&check->address, check->port, &to);
	int err = 0, fd;

	fd = health_socket(entry->health, check->address.family, type, 0);
	if (fd < 0)
		return fd;
	entry->fd = fd;
	if (type == SOCK_DGRAM)
		err = hear_errors(fd, check->address.family);
	if (!err && connect(fd, &to.any, size) && errno != EINPROGRESS)
		err = -errno;
	if (!err)
		err = sd_event_add_io(entry->health->event, &entry->io, fd,
				      events, on_io, entry);
	if (err >= 0)
		err = health_first(entry->io);
	return err < 0 ? err : 0;
}

void health_socket_close(struct health_entry *entry)
{
	entry->io = sd_event_source_disable_unref(entry->io);
	if (entry->fd >= 0)
		close(entry->fd);
	entry->fd = -1;
}
