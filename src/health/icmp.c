/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One socket per family for all checks, raw where we may, else one of the
 * kernel's for ping (net.ipv4.ping_group_range).  What distinguishes answers is
 * in their payload: the index, the number of the probe, and a number that only
 * we know.  A raw socket gets a copy of every echo reply to this host, so the
 * kernel is asked to keep those with another id away.
 *
 * All answers share the socket's buffer.  While the loop is away it may
 * overflow, and then nobody knows who has answered: such probes are not judged.
 */
#include "health/private.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define AT_ONCE	      64 /* packets, before others on the loop */
#define AT_ONCE_LATE  4096
#define BUFFER_SIZE   (4 << 20) /* a reply takes 768 bytes of it */
#define IP_HEADER_MAX 60
#define ICMP_FILTER_  1 /* linux/icmp.h, which libc's header excludes */

struct health_icmp {
	struct health *health;
	int fd;
	sa_family_t family;
	bool raw;
	uint16_t id; /* network byte order; raw only */
	uint64_t secret;
	uint32_t dropped;    /* by a full buffer, as seen last */
	uint64_t dropped_us; /* when that was */
	sd_event_source *io;
};

/* ICMP and ICMPv6 agree so far (RFC 792, RFC 4443 section 4.1). */
struct echo {
	uint8_t type, code;
	uint16_t checksum;
	uint16_t id, sequence;
	uint32_t index;
	uint32_t zero;
	uint64_t probe, secret;
};

_Static_assert(sizeof(struct echo) == 32, "no holes");

/* RFC 1071. */
static uint16_t checksum(const struct echo *echo)
{
	uint16_t words[sizeof(*echo) / 2];
	uint32_t sum = 0;

	memcpy(words, echo, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

static uint8_t reply_type(const struct health_icmp *icmp)
{
	return icmp->family == AF_INET6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY;
}

/* The echo in what was received, or false. */
static bool read_echo(const struct health_icmp *icmp, const uint8_t *packet,
		      size_t length, struct echo *echo)
{
	size_t skip = 0;

	if (icmp->raw && icmp->family == AF_INET)
		skip = length ? (packet[0] & 15U) * 4 : 0;
	if (length < skip + sizeof(*echo))
		return false;
	memcpy(echo, packet + skip, sizeof(*echo));
	return echo->type == reply_type(icmp) && echo->code == 0 &&
	       echo->secret == icmp->secret;
}

static void take_reply(const struct health_icmp *icmp, const struct echo *echo,
		       const union addr_sockaddr *from)
{
	struct health_entry *entry = health_running(icmp->health, echo->index);
	struct addr source;
	uint16_t port;

	addr_from_sockaddr(from, &source, &port);
	if (entry && entry->check.type == HEALTH_ICMP &&
	    entry->probe == echo->probe &&
	    !addr_compare(&source, &entry->check.address))
		health_good(entry, "answered");
}

static void receive(const struct health_icmp *icmp, unsigned int most)
{
	uint8_t packet[IP_HEADER_MAX + sizeof(struct echo)];
	union addr_sockaddr from = { 0 };
	struct echo echo;

	while (most-- > 0) {
		socklen_t size = sizeof(from);
		const ssize_t length =
			recvfrom(icmp->fd, packet, sizeof(packet), MSG_DONTWAIT,
				 &from.any, &size);

		/* An error that waited is over with being read. */
		if (length < 0 && (errno == EAGAIN || errno == EBADF))
			return;
		if (length > 0 &&
		    read_echo(icmp, packet, (size_t)length, &echo))
			take_reply(icmp, &echo, &from);
	}
}

/* Of the checks' own answers: what the filters refuse is not counted. */
static void look_for_drops(struct health_icmp *icmp)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof(info);

	if (getsockopt(icmp->fd, SOL_SOCKET, SO_MEMINFO, info, &size) ||
	    info[SK_MEMINFO_DROPS] == icmp->dropped)
		return;
	icmp->dropped = info[SK_MEMINFO_DROPS];
	icmp->dropped_us = health_clock_us();
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *arg)
{
	(void)source, (void)fd, (void)revents;
	look_for_drops(arg);
	receive(arg, AT_ONCE);
	return 0;
}

/* Only echo replies, and of them only those to our id, reach a raw socket. */
static int set_filters(const struct health_icmp *icmp)
{
	const bool ipv6 = icmp->family == AF_INET6;
	struct sock_filter code[] = {
		/* X: where ICMP begins; a raw IPv6 socket sees no IP header. */
		ipv6 ? (struct sock_filter)BPF_STMT(BPF_LDX | BPF_IMM, 0)
		     : (struct sock_filter)BPF_STMT(BPF_LDX | BPF_B | BPF_MSH,
						    0),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, offsetof(struct echo, id)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ntohs(icmp->id), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = { sizeof(code) / sizeof(*code),
					    code };
	const uint32_t refused = ~(1U << ICMP_ECHOREPLY);
	struct icmp6_filter filter6;
	int err;

	ICMP6_FILTER_SETBLOCKALL(&filter6);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter6);
	err = ipv6 ? setsockopt(icmp->fd, IPPROTO_ICMPV6, ICMP6_FILTER,
				&filter6, sizeof(filter6))
		   : setsockopt(icmp->fd, SOL_RAW, ICMP_FILTER_, &refused,
				sizeof(refused));
	if (!err)
		err = setsockopt(icmp->fd, SOL_SOCKET, SO_ATTACH_FILTER,
				 &program, sizeof(program));
	return err ? -errno : 0;
}

/* As large as we may have it; the default is for 270 replies. */
static void set_buffer(int fd)
{
	const int size = BUFFER_SIZE;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static int open_socket(struct health_icmp *icmp)
{
	const int protocol =
		icmp->family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	const struct health *health = icmp->health;

	icmp->fd = health_socket(health, icmp->family, SOCK_RAW, protocol);
	icmp->raw = icmp->fd >= 0;
	if (icmp->fd == -EPERM || icmp->fd == -EACCES)
		icmp->fd = health_socket(health, icmp->family, SOCK_DGRAM,
					 protocol);
	if (icmp->fd < 0)
		return icmp->fd;
	set_buffer(icmp->fd);
	return icmp->raw ? set_filters(icmp) : 0;
}

static int open_family(struct health *health, sa_family_t family,
		       struct health_icmp **out)
{
	struct health_icmp *icmp = calloc(1, sizeof(*icmp));
	int err;

	if (!icmp)
		return -ENOMEM;
	*icmp = (struct health_icmp){ .health = health,
				      .fd = -1,
				      .family = family };
	if (getrandom(&icmp->secret, sizeof(icmp->secret), 0) < 0 ||
	    getrandom(&icmp->id, sizeof(icmp->id), 0) < 0)
		err = -errno;
	else
		err = open_socket(icmp);
	if (!err)
		err = sd_event_add_io(health->event, &icmp->io, icmp->fd,
				      EPOLLIN, on_io, icmp);
	if (err >= 0)
		err = health_first(icmp->io);
	if (err < 0) {
		health_icmp_close(icmp);
		return err;
	}
	*out = icmp;
	return 0;
}

void health_icmp_close(struct health_icmp *icmp)
{
	if (!icmp)
		return;
	sd_event_source_disable_unref(icmp->io);
	if (icmp->fd >= 0)
		close(icmp->fd);
	free(icmp);
}

static struct health_icmp **family_of(const struct health_entry *entry)
{
	return entry->check.address.family == AF_INET6 ? &entry->health->icmp6
						       : &entry->health->icmp4;
}

static int icmp_open(struct health_entry *entry, char *why, size_t why_size)
{
	struct health_icmp **icmp = family_of(entry);
	int err = 0;

	if (!*icmp)
		err = open_family(entry->health, entry->check.address.family,
				  icmp);
	if (err == -EPERM || err == -EACCES) {
		snprintf(why, why_size,
			 "sending ICMP is not permitted; run udplb with "
			 "CAP_NET_RAW, or add its group to the sysctl "
			 "net.ipv4.ping_group_range");
		return -EPERM;
	}
	if (err)
		snprintf(why, why_size, "opening a socket for ICMP: %s",
			 strerror(-err));
	return err;
}

static int icmp_start(struct health_entry *entry)
{
	const struct health_icmp *icmp = *family_of(entry);
	const bool ipv6 = icmp->family == AF_INET6;
	struct echo echo = {
		.type = ipv6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO,
		.id = icmp->id,
		.sequence = htons((uint16_t)entry->track.total),
		.index = entry->index,
		.probe = entry->probe,
		.secret = icmp->secret,
	};
	union addr_sockaddr to;
	const socklen_t size = addr_to_sockaddr(&entry->check.address, 0, &to);

	/* The kernel does the rest: ICMPv6, and the id of a ping socket. */
	if (!ipv6)
		echo.checksum = checksum(&echo);
	if (sendto(icmp->fd, &echo, sizeof(echo), MSG_NOSIGNAL, &to.any, size) <
	    0)
		return -errno;
	return 0;
}

static void icmp_look(struct health_entry *entry)
{
	struct health_icmp *icmp = *family_of(entry);
	const struct health *health = entry->health;
	const uint32_t index = entry->index;
	const uint64_t probe = entry->probe;

	look_for_drops(icmp);
	receive(icmp, AT_ONCE_LATE);
	entry = health_running(health, index);
	if (entry && entry->probe == probe &&
	    icmp->dropped_us >= entry->started_ns / 1000)
		health_skip(entry, HEALTH_LACK_TIME,
			    "answers were lost in a full buffer");
}

/* The socket is everybody's, and late answers are told by their number. */
static void icmp_stop(struct health_entry *entry)
{
	(void)entry;
}

const struct health_kind health_kind_icmp = {
	.open = icmp_open,
	.start = icmp_start,
	.look = icmp_look,
	.stop = icmp_stop,
};
