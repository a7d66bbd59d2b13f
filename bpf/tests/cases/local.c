/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Backends that are the load balancer itself: what they get is not sent, as it
 * would not come back.
 */
#include "world.h"

#define LOCAL_BACKEND(name, vip, where, ...)                                   \
	static const struct fixture name = {                                   \
		.SERVICES({ .address = vip,                                    \
			    .port = 53,                                        \
			    .forward = LB_FORWARD_DSR,                         \
			    __VA_ARGS__ }),                                    \
		.RING(1),                                                      \
		.BACKENDS({ .address = where, .local = true }),                \
	}
LOCAL_BACKEND(flow4, VIP, BACKEND_1);
LOCAL_BACKEND(flow6, VIP6, BACKEND6_1);
LOCAL_BACKEND(source4, VIP, BACKEND_1, .balance = LB_BALANCE_SOURCE);
LOCAL_BACKEND(spray4, VIP, BACKEND_1, .balance = LB_BALANCE_PACKET);
LOCAL_BACKEND(denied4, VIP, BACKEND_1, .filter = true, .deny = true);

/* The next slot is another's: the two machines of a pair serve each other. */
static const struct fixture pair = {
	.SERVICES(SERVICE(VIP, 53, .forward = LB_FORWARD_DSR, .mask = 7)),
	.RING(1, 1, 1, 1, 1, 1, 1, 1, 2),
	.BACKENDS(BACKEND(BACKEND_1, 0, 0, .local = true),
		  BACKEND(BACKEND_2, 0, BACKEND2_MAC)),
};
static const struct fixture other = {
	.SERVICES(SERVICE(VIP, 53, .forward = LB_FORWARD_DSR)),
	.RING(2),
	.BACKENDS(BACKEND(BACKEND_1, 0, 0, .local = true),
		  BACKEND(BACKEND_2, 0, BACKEND2_MAC)),
};

const struct packet_case cases_local[] = {
	{ "local", &flow4, PACKET(), PASSED(LOCAL) },
	{ "local-6", &flow6, PACKET6(), PASSED(LOCAL) },
	{ "local-ttl-1", &flow4, PACKET(.ttl = 1), PASSED(LOCAL) },
	{ "local-ttl-1-6", &flow6, PACKET6(.ttl = 1), PASSED(LOCAL) },
	{ "local-tag", &flow4, PACKET(TAG({ Q, 7 })), PASSED(LOCAL) },
	{ "local-source", &source4, PACKET(), PASSED(LOCAL) },
	{ "local-fragment", &source4,
	  PACKET(.fragment = 0x00b9, .body = PACKET_RAW), PASSED(LOCAL) },
	{ "local-spray", &spray4, PACKET(), PASSED(LOCAL) },
	{ "local-denied", &denied4, PACKET(), DROPPED(DENIED) },
	{ "local-other-port", &flow4, PACKET(.dport = 54), PASSED(NO_SERVICE) },
	{ "local-error", &flow4,
	  PACKET(.saddr = ROUTER, .body = PACKET_ICMP, .icmp_type = 3,
		 .icmp_code = 3, .payload = 0,
		 .embedded = EMBEDDED(.saddr = VIP, .daddr = CLIENT,
				      .sport = 53, .dport = 40000)),
	  PASSED(LOCAL) },
	{ "local-of-a-pair", &pair, PACKET(), PASSED(LOCAL) },
	{ "local-other-of-a-pair", &other, PACKET(),
	  FORWARDED(2, .eth_dst = BACKEND2_MAC) },
	{ 0 },
};
