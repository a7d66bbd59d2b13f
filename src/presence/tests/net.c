/* SPDX-License-Identifier: GPL-2.0-only */
#include "presence/tests/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "presence/frame.h"
#include "net/tests/testnet.h"
#include "net/tests/testnet_nl.h"

/* The frame behind all others: what did not come before it was not sent. */
#define MARKER ETH_P_802_EX1

int presence_net_set_up(void **state)
{
	struct presence_net *net = calloc(1, sizeof(*net));

	testnet_open();
	testnet_up();
	testnet_up_ipv6();
	net->ears = testnet_peer_packets("peer0");
	snprintf(net->model.interface, sizeof(net->model.interface), "lb0");
	net->model.services =
		calloc(PRESENCE_NET_VIPS, sizeof(*net->model.services));
	assert_int_equal(mac_parse("02:00:00:00:00:01", net->mac), 0);
	*state = net;
	return net->model.services ? 0 : -1;
}

int presence_net_tear_down(void **state)
{
	struct presence_net *net = *state;

	presence_close(net->presence);
	close(net->ears);
	free(net->model.services);
	free(net);
	testnet_close();
	return 0;
}

void presence_net_add_vip(struct presence_net *net, const char *text)
{
	assert_true(net->model.n_services < PRESENCE_NET_VIPS);
	net->model.services[net->model.n_services++].address =
		testnet_address(text);
}

void presence_net_add_vips(struct presence_net *net)
{
	presence_net_add_vip(net, "192.0.2.53");
	presence_net_add_vip(net, "2001:db8::53");
	presence_net_add_vip(net, "203.0.113.53");
	presence_net_add_vip(net, "2001:db8:9::53");
	presence_net_add_vip(net, "192.0.2.53");
}

void presence_net_have(const char *interface)
{
	testnet_run("ip addr add 192.0.2.53/32 dev %s;"
		    "ip addr add 2001:db8::53/128 dev %s nodad",
		    interface, interface);
}

void presence_net_start(struct presence_net *net)
{
	assert_int_equal(presence_open(&net->presence, &net->model,
				       (int)if_nametoindex("lb0"), NULL,
				       PRESENCE_NET_START_MS),
			 0);
}

uint64_t presence_net_settle(struct presence_net *net)
{
	uint64_t now_ms = PRESENCE_NET_START_MS;

	for (uint64_t due; (due = presence_due(net->presence)) <
			   PRESENCE_NET_START_MS + PRESENCE_NET_SETTLE_MS;
	     now_ms = due)
		presence_run(net->presence, due);
	return now_ms;
}

static void send_marker(void)
{
	const struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(MARKER),
		.sll_ifindex = (int)if_nametoindex("lb0"),
		.sll_halen = MAC_LEN,
		.sll_addr = { 2, 0, 0, 0, 0, 2 },
	};
	int fd = socket(AF_PACKET, SOCK_DGRAM, 0);

	assert_return_code(fd, errno);
	assert_int_equal(
		sendto(fd, "", 1, 0, (const struct sockaddr *)&to, sizeof(to)),
		1);
	close(fd);
}

static void note(struct presence_net *net, const uint8_t *frame, size_t length)
{
	uint8_t expected[PRESENCE_FRAME_MAX];
	size_t size;

	for (size_t i = 0; i < net->model.n_services; i++) {
		size = presence_frame_announce(expected, net->mac,
					       &net->model.services[i].address);
		if (length == size && !memcmp(frame, expected, size))
			net->heard[i]++;
	}
}

unsigned int presence_net_listen(struct presence_net *net)
{
	struct pollfd fd = { .fd = net->ears, .events = POLLIN };
	unsigned int sum = 0;
	uint8_t frame[2048];
	ssize_t length;

	memset(net->heard, 0, sizeof(net->heard));
	send_marker();
	for (;;) {
		assert_int_equal(poll(&fd, 1, PRESENCE_NET_WAIT_MS), 1);
		length = recv(net->ears, frame, sizeof(frame), 0);
		/* Told once where the peer's end was down in between. */
		if (length < 0 && errno == ENETDOWN)
			continue;
		assert_true(length >= ETH_HLEN);
		if (frame[12] == MARKER >> 8 && frame[13] == (MARKER & 0xff))
			break;
		note(net, frame, (size_t)length);
	}
	for (size_t i = 0; i < net->model.n_services; i++)
		sum += net->heard[i];
	return sum;
}

void presence_net_assert_heard(struct presence_net *net,
			       const unsigned int expected[4])
{
	presence_net_listen(net);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(net->heard[i], expected[i]);
}

void presence_net_dispatch(struct presence_net *net, uint64_t now_ms)
{
	struct pollfd fd = { .fd = presence_fd(net->presence),
			     .events = POLLIN };

	while (poll(&fd, 1, 0) > 0)
		presence_dispatch(net->presence, now_ms);
}
