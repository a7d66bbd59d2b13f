/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All probes' sockets are in one epoll set of our own, which is one source of
 * the loop: a turn of that costs more than a probe's system calls, and with
 * this a turn is for many answers.
 */
#include "health/private.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS_AT_ONCE 128

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

/* No other probe's: an earlier one may have ended it, or its check. */
static struct health_entry *entry_of(const struct health *health,
				     const struct epoll_event *event)
{
	struct health_entry *entry =
		health_running(health, (uint32_t)event->data.u64);

	return entry && (uint32_t)entry->probe == event->data.u64 >> 32 ? entry
									: NULL;
}

static int on_ready(sd_event_source *source, int fd, uint32_t revents,
		    void *arg)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	const struct health *health = arg;
	const int n = epoll_wait(fd, events, EVENTS_AT_ONCE, 0);

	(void)source, (void)revents;
	for (int i = 0; i < n; i++) {
		struct health_entry *entry = entry_of(health, &events[i]);

		if (entry)
			entry->kind->ready(entry, events[i].events);
	}
	return 0;
}

int health_sockets_open(struct health *health)
{
	int err;

	health->sockets = epoll_create1(EPOLL_CLOEXEC);
	if (health->sockets < 0)
		return -errno;
	err = sd_event_add_io(health->event, &health->ready, health->sockets,
			      EPOLLIN, on_ready, health);
	if (err >= 0)
		err = health_first(health->ready);
	return err < 0 ? err : 0;
}

void health_sockets_close(struct health *health)
{
	sd_event_source_disable_unref(health->ready);
	if (health->sockets >= 0)
		close(health->sockets);
}

/* It leaves the set when it is closed: nothing else has it open. */
static int watch(const struct health_entry *entry, uint32_t events)
{
	struct epoll_event event = {
		.events = events,
		.data.u64 = entry->probe << 32 | entry->index,
	};

	return epoll_ctl(entry->health->sockets, EPOLL_CTL_ADD, entry->fd,
			 &event)
		       ? -errno
		       : 0;
}

int health_socket_connect(struct health_entry *entry, int type, uint32_t events)
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
	if (!err && !addr_is_set(&check->alias) && connect(fd, &to.any, size) &&
	    errno != EINPROGRESS)
		err = -errno;
	return err ? err : watch(entry, events);
}

void health_socket_close(struct health_entry *entry)
{
	if (entry->fd >= 0)
		close(entry->fd);
	entry->fd = -1;
}
