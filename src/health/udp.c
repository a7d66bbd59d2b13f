/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A connected socket for each probe: the kernel then hands out only what the
 * backend's endpoint says, and tells of ICMP errors; and an answer that comes
 * too late cannot be taken for one to the next probe.
 *
 * Answers may also come from the check's alias, the VIP, where another balancer
 * is on their way.  A connected socket would not take those, so then it is not,
 * and who says what is looked at here.
 */
#include "health/private.h"

#include <errno.h>
#include <string.h>

#include "health/dns.h"

#define ANSWER_MAX 4096 /* of which is looked at */
#define STRAYS_MAX 64	/* then it is the backend that sends them */
#define LOOKS_MAX  64	/* at a time: others have a turn, too */

static int udp_open(struct health_entry *entry, char *why, size_t why_size)
{
	if (entry->check.type == HEALTH_DNS)
		return 0;
	return health_match_open(&entry->match, &entry->check.udp.expect, why,
				 why_size);
}

static int write_query(const struct health_entry *entry, uint8_t *out)
{
	const struct model_health_dns *dns = &entry->check.dns;

	return health_dns_query(out, dns->name, dns->qtype,
				(uint16_t)entry->probe);
}

static void judge_dns(struct health_entry *entry, const uint8_t *answer,
		      size_t length)
{
	uint8_t query[HEALTH_DNS_QUERY_MAX];
	const int size = write_query(entry, query);
	char why[HEALTH_REASON_MAX];

	if (size > 0 && health_dns_judge(query, (size_t)size, answer, length,
					 why, sizeof(why)))
		health_good(entry, "answered");
	else
		health_bad(entry, "%s", why);
}

static void judge(struct health_entry *entry, const uint8_t *answer,
		  size_t length)
{
	if (entry->check.type == HEALTH_DNS)
		judge_dns(entry, answer, length);
	else if (health_match_test(entry->match, answer, length))
		health_good(entry, "answered");
	else
		health_bad(entry, "answer does not match");
}

/* Whoever guesses our port can send what is no answer: that is not one. */
static bool is_stray(struct health_entry *entry, const uint8_t *answer,
		     size_t length)
{
	uint8_t query[HEALTH_DNS_QUERY_MAX];
	int size;

	if (entry->check.type != HEALTH_DNS)
		return false;
	size = write_query(entry, query);
	return size > 0 && entry->strays++ < STRAYS_MAX &&
	       !health_dns_is_ours(query, (size_t)size, answer, length);
}

/* The translated one has the VIP's port, which need not be the backend's. */
static bool is_from_backend(const struct health_entry *entry,
			    const union addr_sockaddr *from)
{
	const struct model_health *check = &entry->check;
	struct addr address;
	uint16_t port;

	addr_from_sockaddr(from, &address, &port);
	return !addr_compare(&address, &check->alias) ||
	       (!addr_compare(&address, &check->address) &&
		port == check->port);
}

/* True: there may be more. */
static bool look_once(struct health_entry *entry)
{
	uint8_t answer[ANSWER_MAX];
	union addr_sockaddr from = { 0 };
	socklen_t size = sizeof(from);
	const ssize_t length = recvfrom(entry->fd, answer, sizeof(answer),
					MSG_DONTWAIT, &from.any, &size);

	if (length >= 0) {
		if (!is_from_backend(entry, &from) ||
		    is_stray(entry, answer, (size_t)length))
			return true;
		judge(entry, answer, (size_t)length);
	} else if (errno == ECONNREFUSED) {
		health_bad(entry, "port unreachable");
	} else if (errno != EAGAIN && errno != EINTR) {
		health_errno(entry, -errno);
	}
	return false;
}

static void udp_look(struct health_entry *entry)
{
	for (int i = 0; i < LOOKS_MAX && look_once(entry); i++)
		;
}

static void udp_ready(struct health_entry *entry, uint32_t events)
{
	(void)events;
	udp_look(entry);
}

static int put(const struct health_entry *entry, const void *payload,
	       size_t length)
{
	const struct model_health *check = &entry->check;
	const bool connected = !addr_is_set(&check->alias);
	union addr_sockaddr to;
	const socklen_t size =
		addr_to_sockaddr(&check->address, check->port, &to);

	if (sendto(entry->fd, payload, length, MSG_NOSIGNAL,
		   connected ? NULL : &to.any, connected ? 0 : size) < 0)
		return -errno;
	return 0;
}

static int udp_start(struct health_entry *entry)
{
	uint8_t query[HEALTH_DNS_QUERY_MAX];
	const void *payload = query;
	int err, length;

	if (entry->check.type == HEALTH_UDP) {
		payload = entry->check.udp.send;
		length = entry->check.udp.length;
	} else {
		length = write_query(entry, query);
		if (length < 0)
			return length;
	}
	entry->strays = 0;
	err = health_socket_connect(entry, SOCK_DGRAM, EPOLLIN);
	return err ? err : put(entry, payload, (size_t)length);
}

const struct health_kind health_kind_udp = {
	.open = udp_open,
	.start = udp_start,
	.ready = udp_ready,
	.look = udp_look,
	.stop = health_socket_close,
};
