/* SPDX-License-Identifier: GPL-2.0-only */
/* The side that answers: one socket for both families and all addresses. */
#include "udpask.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* What came, and with what. */
struct arrival {
	struct sockaddr_in6 from;
	struct in6_addr at;
	size_t size;
	int ttl, tos;
	char text[UDPASK_MAX];
};

/* IPv4 comes to a socket of both families as ::ffff:a.b.c.d. */
static const char *address_text(const struct in6_addr *address, char *text,
				socklen_t size)
{
	if (IN6_IS_ADDR_V4MAPPED(address))
		return inet_ntop(AF_INET, &address->s6_addr[12], text, size);
	return inet_ntop(AF_INET6, address, text, size);
}

static int open_server(uint16_t port)
{
	const struct sockaddr_in6 any = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
	};
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		udpask_die("opening a socket");
	udpask_set(fd, SOL_IPV6, IPV6_V6ONLY, 0);
	udpask_set(fd, SOL_IPV6, IPV6_RECVPKTINFO, 1);
	udpask_set(fd, SOL_IPV6, IPV6_RECVHOPLIMIT, 1);
	udpask_set(fd, SOL_IPV6, IPV6_RECVTCLASS, 1);
	udpask_set(fd, SOL_IPV6, IPV6_RECVERR, 1);
	udpask_set(fd, SOL_IP, IP_RECVTTL, 1);
	udpask_set(fd, SOL_IP, IP_RECVTOS, 1);
	udpask_set(fd, SOL_IP, IP_RECVERR, 1);
	if (bind(fd, (const struct sockaddr *)&any, sizeof(any)))
		udpask_die("binding a socket");
	return fd;
}

static void take_control(struct arrival *in, struct cmsghdr *header)
{
	const int level = header->cmsg_level, type = header->cmsg_type;
	const void *data = CMSG_DATA(header);
	struct in6_pktinfo info;

	if (level == SOL_IPV6 && type == IPV6_PKTINFO) {
		memcpy(&info, data, sizeof(info));
		in->at = info.ipi6_addr;
	} else if ((level == SOL_IPV6 && type == IPV6_HOPLIMIT) ||
		   (level == SOL_IP && type == IP_TTL)) {
		memcpy(&in->ttl, data, sizeof(in->ttl));
	} else if (level == SOL_IPV6 && type == IPV6_TCLASS) {
		memcpy(&in->tos, data, sizeof(in->tos));
	} else if (level == SOL_IP && type == IP_TOS) {
		in->tos = *(const uint8_t *)data;
	}
}

static bool receive(int fd, struct arrival *in)
{
	_Alignas(struct cmsghdr) char control[256];
	struct iovec iov = { in->text, sizeof(in->text) };
	struct msghdr msg = {
		.msg_name = &in->from,
		.msg_namelen = sizeof(in->from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t size = recvmsg(fd, &msg, 0);

	if (size < 0)
		return false;
	in->size = (size_t)size;
	for (struct cmsghdr *h = CMSG_FIRSTHDR(&msg); h;
	     h = CMSG_NXTHDR(&msg, h))
		take_control(in, h);
	return true;
}

/* From the address that was asked. */
static void answer(int fd, const struct arrival *in, const char *text,
		   size_t size)
{
	_Alignas(struct cmsghdr) char
		control[CMSG_SPACE(sizeof(struct in6_pktinfo))] = { 0 };
	const struct in6_pktinfo info = { .ipi6_addr = in->at };
	struct iovec iov = { (void *)text, size };
	struct msghdr msg = {
		.msg_name = (void *)&in->from,
		.msg_namelen = sizeof(in->from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&msg);

	header->cmsg_level = SOL_IPV6;
	header->cmsg_type = IPV6_PKTINFO;
	header->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(header), &info, sizeof(info));
	if (sendmsg(fd, &msg, 0) < 0)
		printf("sending: %s\n", strerror(errno));
}

static void print_error(struct cmsghdr *header, const struct in6_addr *peer)
{
	struct sock_extended_err error;
	char text[INET6_ADDRSTRLEN];

	if (!(header->cmsg_level == SOL_IP &&
	      header->cmsg_type == IP_RECVERR) &&
	    !(header->cmsg_level == SOL_IPV6 &&
	      header->cmsg_type == IPV6_RECVERR))
		return;
	memcpy(&error, CMSG_DATA(header), sizeof(error));
	address_text(peer, text, sizeof(text));
	if (error.ee_errno == EMSGSIZE)
		printf("error: to %s: too big, mtu %u\n", text, error.ee_info);
	else
		printf("error: to %s: %s\n", text,
		       strerror((int)error.ee_errno));
}

/* ICMP errors about what we have sent. */
static void print_errors(int fd)
{
	_Alignas(struct cmsghdr) char control[512];
	struct sockaddr_in6 peer;
	char text[64];

	for (;;) {
		struct iovec iov = { text, sizeof(text) };
		struct msghdr msg = {
			.msg_name = &peer,
			.msg_namelen = sizeof(peer),
			.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control),
		};

		if (recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			return;
		for (struct cmsghdr *h = CMSG_FIRSTHDR(&msg); h;
		     h = CMSG_NXTHDR(&msg, h))
			print_error(h, &peer.sin6_addr);
	}
}

void __attribute__((noreturn)) udpask_serve(const char *name, uint16_t port)
{
	static struct arrival in;
	static char text[UDPASK_MAX];
	unsigned int size, late_ms;
	int fd = open_server(port);
	char words[128];

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready\n");
	for (;;) {
		if (!receive(fd, &in)) {
			print_errors(fd);
			continue;
		}
		snprintf(words, sizeof(words),
			 "%s: %zu bytes, ttl %d, tos %d%s\n", name, in.size,
			 in.ttl, in.tos,
			 udpask_is_whole(in.text, in.size) ? "" : ", damaged");
		if (sscanf(in.text, UDPASK_QUESTION, &size, &late_ms) != 2 ||
		    size > sizeof(text))
			continue;
		udpask_pause(late_ms);
		answer(fd, &in, text, udpask_fill(text, words, size));
	}
}
