/* SPDX-License-Identifier: GPL-2.0-only */
#include "doctor/network.h"

#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/monotime.h"
#include "presence/ask.h"

#define LISTEN_S 0.5

/* So at most 1,000 a second. */
#define PAUSE_NS 1000000

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
	uint8_t frame[PRESENCE_FRAME_MAX];
	size_t length;
	double left;

	for (;;) {
		length = presence_ask_hear(fd, frame);
		if (length)
			take_frame(facts, frame, length);
		left = deadline - monotime_now();
		if (left <= 0)
			break;
		if (!length)
			poll(&poll_fd, 1, (int)(left * 1e3) + 1);
	}
}

int doctor_network_ask(struct doctor_facts *facts)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	int fd = presence_ask_open(facts->link.ifindex);
	int err = fd < 0 ? fd : 0;

	for (size_t i = 0; !err && i < facts->n_vips; i++) {
		err = presence_ask_send(fd, facts->link.mac,
					&facts->vips[i].address);
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
