/* SPDX-License-Identifier: GPL-2.0-only */
#include "doctor/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/monotime.h"
#include "presence/frame.h"

#define LISTEN_S 0.5

/* So at most 1,000 a second. */
#define PAUSE_NS 1000000

static int open_socket(int ifindex)
{
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = ifindex,
	};
	int err, fd;

	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (!bind(fd, (const struct sockaddr *)&address, sizeof(address)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static void take_frame(struct doctor_facts *facts, const uint8_t *frame,
		       size_t length)
{
	uint8_t mac[MAC_LEN];

	for (size_t i = 0; i < facts->n_vips; i++) {
		struct doctor_vip *vip = &facts->vips[i];

		if (!presence_frame_claims(frame, length, &vip->address, mac) ||
		    !memcmp(mac, facts->link.mac, MAC_LEN))
			continue;
		vip->claimed = true;
		memcpy(vip->mac, mac, MAC_LEN);
	}
}

static void listen_until(struct doctor_facts *facts, int fd, double deadline)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	uint8_t frame[2 * PRESENCE_FRAME_MAX];
	ssize_t length;
	double left;

	for (;;) {
		length = recv(fd, frame, sizeof(frame), 0);
		if (length > 0)
			take_frame(facts, frame, (size_t)length);
		left = deadline - monotime_now();
		if (left <= 0)
			break;
		if (length < 0)
			poll(&poll_fd, 1, (int)(left * 1e3) + 1);
	}
}

int doctor_network_ask(struct doctor_facts *facts)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	uint8_t frame[PRESENCE_FRAME_MAX];
	int fd = open_socket(facts->link.ifindex);
	int err = fd < 0 ? fd : 0;
	size_t size;

	for (size_t i = 0; !err && i < facts->n_vips; i++) {
		size = presence_frame_ask(frame, facts->link.mac,
					  &facts->vips[i].address);
		if (send(fd, frame, size, 0) < 0)
			err = -errno;
		nanosleep(&pause, NULL);
	}
	if (!err)
		listen_until(facts, fd, monotime_now() + LISTEN_S);
	if (err)
		log_error("%s: asking the network for VIPs: %s",
			  facts->model->interface, strerror(-err));
	if (fd >= 0)
		close(fd);
	return err;
}
