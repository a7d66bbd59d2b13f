/* SPDX-License-Identifier: GPL-2.0-only */
/* VIPs that answer pings, whatever their services are up to. */
#include "world.h"

#define VIP_2	  IP4(192, 0, 2, 2)
#define VIP_3	  IP4(192, 0, 2, 3)
#define VIP_NEAR  IP4(198, 18, 16, 157) /* in VIP's bucket */
#define VIP6_NEAR IP6(0x20010db8, 0, 0, 0x127a)

/* VIP_2 has no backend and two services, VIP_3 does not answer. */
static const struct fixture world = {
	.SERVICES(SERVICE(VIP, 53, .ping = true),
		  SERVICE(VIP_2, 53, .base = 1, .ping = true),
		  SERVICE(VIP_2, 54, .base = 2, .ping = true),
		  SERVICE(VIP_3, 0), SERVICE(VIP6, 53, .ping = true),
		  SERVICE(VIP6_NEAR, 53)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};
static const struct fixture asked = {
	.SERVICES(SERVICE(VIP, 0, .ping = true), SERVICE(VIP_NEAR, 0)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};
/* Nothing of a service matters but that it has the address. */
static const struct fixture filtered = {
	.SERVICES(SERVICE(VIP, 53, .ping = true, .filter = true, .deny = true)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};

#define PING(...)                                                              \
	PACKET(.body = PACKET_ICMP, .icmp_type = 8, .icmp_rest = 0x12340001,   \
	       __VA_ARGS__)
#define PONG(...)                                                              \
	.reason = LB_REASON_ECHOED,                                            \
	.out = PACKET(.eth_dst = GATEWAY_MAC, .eth_src = LB_MAC, .saddr = VIP, \
		      .daddr = CLIENT, .body = PACKET_ICMP,                    \
		      .icmp_rest = 0x12340001, __VA_ARGS__)
#define PING6(...)                                                             \
	PACKET6(.body = PACKET_ICMP, .icmp_type = 128,                         \
		.icmp_rest = 0x12340001, __VA_ARGS__)
#define PONG6(...)                                                             \
	.reason = LB_REASON_ECHOED,                                            \
	.out = PACKET6(.eth_dst = GATEWAY_MAC, .eth_src = LB_MAC,              \
		       .saddr = VIP6, .daddr = CLIENT6, .body = PACKET_ICMP,   \
		       .icmp_type = 129, .icmp_rest = 0x12340001, __VA_ARGS__)

const struct packet_case cases_echo[] = {
	{ "echo", &world, PING(), PONG() },
	{ "echo-ttl-0", &world, PING(.ttl = 0), PONG() },
	{ "echo-ttl-1", &world, PING(.ttl = 1), PONG() },
	{ "echo-ttl-63", &world, PING(.ttl = 63), PONG() },
	{ "echo-ttl-255", &world, PING(.ttl = 255), PONG() },
	{ "echo-empty", &world, PING(.payload = 0), PONG(.payload = 0) },
	{ "echo-odd", &world, PING(.payload = 1), PONG(.payload = 1) },
	{ "echo-1472", &world, PING(.payload = 1472), PONG(.payload = 1472) },
	{ "echo-padded", &world, PING(.payload = 2, .padding = 16),
	  PONG(.payload = 2, .padding = 16) },
	{ "echo-vlan", &world, PING(TAG({ AD, 1 }, { Q, 2 })),
	  PONG(TAG({ AD, 1 }, { Q, 2 })) },
	{ "echo-keeps-the-rest", &world,
	  PING(.tos = 0xb8, .id = 0xffff, .fragment = 0x4000, .icmp_rest = 0),
	  PONG(.tos = 0xb8, .id = 0xffff, .fragment = 0x4000, .icmp_rest = 0) },
	{ "echo-bad-stays-bad", &world, PING(.icmp_error = 3, .ip_error = 4),
	  PONG(.icmp_error = 3, .ip_error = 4) },
	{ "echo-no-backend", &world, PING(.daddr = VIP_2),
	  PONG(.saddr = VIP_2) },
	{ "echo-asked", &asked, PING(), PONG() },
	{ "echo-filtered-all-the-same", &filtered, PING(), PONG() },
	{ "echo-asked-near", &asked, PING(.daddr = VIP_NEAR), PASSED(ICMP) },
	{ "echo-not-wanted", &world, PING(.daddr = VIP_3), PASSED(ICMP) },
	{ "echo-no-vip", &world, PING(.daddr = CLIENT), PASSED(ICMP) },
	{ "echo-of-a-vip", &world, PING(.saddr = VIP, .daddr = CLIENT),
	  PASSED(ICMP) },
	{ "echo-code-1", &world, PING(.icmp_code = 1), PASSED(ICMP) },
	{ "echo-reply", &world, PING(.icmp_type = 0), PASSED(ICMP) },
	{ "echo-of-ip6", &world, PING(.icmp_type = 128), PASSED(ICMP) },
	{ "echo-below-8", &world, PING(.ip_length = 27), PASSED(ICMP) },
	{ "echo-fragment", &world, PING(.fragment = 0x2000), PASSED(FRAGMENT) },
	{ "echo-broadcast-mac", &world, PING(.eth_dst = 0xffffffffffff),
	  PASSED(NOT_UNICAST) },
	{ "echo-options", &world, PING(.options = 4), PASSED(IP_OPTIONS) },
	{ "echo-cut", &world, PING(CUT(73)), PASSED(BAD_IP_LENGTH) },
	/* An error to the VIP about nothing that has to do with us. */
	{ "echo-and-errors", &world, PING(.icmp_type = 3), PASSED(ICMP) },
	{ "echo-and-datagrams", &world, PACKET(), FORWARDED(1, TO_1) },

	{ "echo6", &world, PING6(), PONG6() },
	{ "echo6-hops-0", &world, PING6(.ttl = 0), PONG6() },
	{ "echo6-hops-255", &world, PING6(.ttl = 255), PONG6() },
	{ "echo6-empty", &world, PING6(.payload = 0), PONG6(.payload = 0) },
	{ "echo6-odd", &world, PING6(.payload = 99), PONG6(.payload = 99) },
	{ "echo6-padded", &world, PING6(.payload = 2, .padding = 16),
	  PONG6(.payload = 2, .padding = 16) },
	{ "echo6-vlan", &world, PING6(TAG({ Q, 2 })), PONG6(TAG({ Q, 2 })) },
	{ "echo6-keeps-the-rest", &world,
	  PING6(.tos = 0xb8, .flow_label = 0x12345),
	  PONG6(.tos = 0xb8, .flow_label = 0x12345) },
	{ "echo6-bad-stays-bad", &world, PING6(.icmp_error = 3),
	  PONG6(.icmp_error = 3) },
	{ "echo6-extension", &world,
	  PING6(EXTENSIONS(EXTENSION(DESTINATION, 8))),
	  PONG6(EXTENSIONS(EXTENSION(DESTINATION, 8))) },
	{ "echo6-not-wanted", &world, PING6(.daddr = VIP6_NEAR), PASSED(ICMP) },
	{ "echo6-code-1", &world, PING6(.icmp_code = 1), PASSED(ICMP) },
	{ "echo6-of-ip4", &world, PING6(.icmp_type = 8), PASSED(ICMP) },
	{ "echo6-fragment", &world, PING6(EXTENSIONS(FRAGMENT6(1))),
	  PASSED(FRAGMENT) },
	{ "echo6-below-8", &world, PING6(.ip_length = 47), PASSED(ICMP) },
	{ 0 },
};
