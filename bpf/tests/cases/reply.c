/* SPDX-License-Identifier: GPL-2.0-only */
/* A backend's answers on their way back to the client. */
#include "world.h"

#define VIP_2	  IP4(192, 0, 2, 2)
#define BACKEND_3 IP4(10, 0, 0, 13)
#define BACKEND_4 IP4(10, 0, 0, 14)

static const struct fixture replies = {
	.SERVICES(SERVICE(VIP, 53), SERVICE(VIP_2, 0, .base = 1)),
	.REPLIES({ BACKEND_1, 53, VIP, 0, GATEWAY_MAC },
		 { BACKEND_1, 5353, VIP, 53, GATEWAY_MAC },
		 { BACKEND_2, 0, VIP_2, 0, GATEWAY_MAC },
		 { BACKEND_2, 5353, VIP, 53, GATEWAY_MAC },
		 { BACKEND_3, 53, VIP, 0, 0 },
		 { BACKEND_4, 1, VIP, 0, 0x000000000001 },
		 { BACKEND_4, 2, VIP, 0, 0x020000000000 },
		 { BACKEND_4, 3, VIP, 0, 0x020000000200 }),
	.RING(1, 2),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC),
		  BACKEND(BACKEND_2, 0, BACKEND2_MAC)),
};

static const struct fixture replies6 = {
	.SERVICES(SERVICE(VIP6, 53)),
	.REPLIES({ BACKEND6_1, 53, VIP6, 0, GATEWAY_MAC },
		 { BACKEND6_1, 5353, VIP6, 53, GATEWAY_MAC },
		 { BACKEND6_2, 53, VIP6, 0, 0 },
		 { BACKEND_1, 53, VIP, 0, GATEWAY_MAC }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND6_1, 0, BACKEND1_MAC)),
};

#define OWN IP4(192, 0, 2, 77)
#define OWN_ROW(own)                                                           \
	{                                                                      \
		.address = own, .base = UINT32_MAX,                            \
		.balance = LB_BALANCE_PACKET, .forward = LB_FORWARD_OWN        \
	}

/* An address of the load balancer; which is a VIP as well; which is IPv6. */
static const struct fixture own = {
	.SERVICES(SERVICE(VIP, 53), OWN_ROW(OWN)),
	.REPLIES({ BACKEND_1, 53, VIP, 0, GATEWAY_MAC }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};
static const struct fixture own_vip = {
	.SERVICES(SERVICE(VIP, 53), OWN_ROW(VIP)),
	.REPLIES({ BACKEND_1, 53, VIP, 0, GATEWAY_MAC }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};
static const struct fixture own6 = {
	.SERVICES(SERVICE(VIP6, 53), OWN_ROW(CLIENT6)),
	.REPLIES({ BACKEND6_1, 53, VIP6, 0, GATEWAY_MAC }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND6_1, 0, BACKEND1_MAC)),
};

/* The answer to the default packet. */
#define ANSWER(...)                                                            \
	PACKET(.eth_src = BACKEND1_MAC, .saddr = BACKEND_1, .sport = 53,       \
	       .daddr = CLIENT, .dport = 40000, __VA_ARGS__)
#define ANSWERED(...)                                                          \
	REPLIED(.saddr = VIP, .sport = 53, .daddr = CLIENT, .dport = 40000,    \
		__VA_ARGS__)

#define ANSWER6(...)                                                           \
	PACKET6(.eth_src = BACKEND1_MAC, .saddr = BACKEND6_1, .sport = 53,     \
		.daddr = CLIENT6, .dport = 40000, __VA_ARGS__)
#define ANSWERED6(...)                                                         \
	REPLIED6(.saddr = VIP6, .sport = 53, .daddr = CLIENT6, .dport = 40000, \
		 __VA_ARGS__)

const struct packet_case cases_reply[] = {
	{ "reply", &replies, ANSWER(), ANSWERED() },
	{ "reply-port", &replies, ANSWER(.sport = 5353), ANSWERED() },
	{ "reply-other-port", &replies, ANSWER(.sport = 54),
	  PASSED(NO_SERVICE) },
	{ "reply-port-as-destination", &replies,
	  ANSWER(.sport = 40000, .dport = 53), PASSED(NO_SERVICE) },
	{ "reply-other-backend", &replies, ANSWER(.saddr = IP4(10, 0, 0, 99)),
	  PASSED(NO_SERVICE) },
	{ "reply-address-as-destination", &replies,
	  ANSWER(.saddr = CLIENT, .daddr = BACKEND_1), PASSED(NO_SERVICE) },
	{ "reply-all-ports", &replies,
	  ANSWER(.saddr = BACKEND_2, .sport = 7777),
	  ANSWERED(.saddr = VIP_2, .sport = 7777) },
	{ "reply-all-ports-0", &replies, ANSWER(.saddr = BACKEND_2, .sport = 0),
	  ANSWERED(.saddr = VIP_2, .sport = 0) },
	{ "reply-all-ports-but-one", &replies,
	  ANSWER(.saddr = BACKEND_2, .sport = 5353), ANSWERED() },
	{ "reply-no-gateway", &replies, ANSWER(.saddr = BACKEND_3),
	  DROPPED(NO_GATEWAY) },
	{ "reply-no-gateway-ttl", &replies,
	  ANSWER(.saddr = BACKEND_3, .ttl = 1), DROPPED(NO_GATEWAY) },
	{ "reply-gateway-ends-in-1", &replies,
	  ANSWER(.saddr = BACKEND_4, .sport = 1),
	  ANSWERED(.sport = 1, .eth_dst = 0x000000000001) },
	{ "reply-gateway-starts-with-2", &replies,
	  ANSWER(.saddr = BACKEND_4, .sport = 2),
	  ANSWERED(.sport = 2, .eth_dst = 0x020000000000) },
	{ "reply-gateway-of-equal-parts", &replies,
	  ANSWER(.saddr = BACKEND_4, .sport = 3),
	  ANSWERED(.sport = 3, .eth_dst = 0x020000000200) },
	{ "reply-ttl-0", &replies, ANSWER(.ttl = 0), DROPPED(TTL_EXPIRED) },
	{ "reply-ttl-1", &replies, ANSWER(.ttl = 1), DROPPED(TTL_EXPIRED) },
	{ "reply-ttl-2", &replies, ANSWER(.ttl = 2), ANSWERED(.ttl = 1) },
	{ "reply-ttl-255", &replies, ANSWER(.ttl = 255), ANSWERED(.ttl = 254) },
	{ "reply-vlan", &replies, ANSWER(.vlans = { { 0x8100, 9 } }),
	  ANSWERED(.vlans = { { 0x8100, 9 } }) },
	{ "reply-multicast-mac", &replies, ANSWER(.eth_dst = 0x01005e000201),
	  PASSED(NOT_UNICAST) },
	{ "reply-fragment", &replies, ANSWER(.fragment = 0x2000),
	  ANSWERED(.fragment = 0x2000) },
	{ "reply-padded", &replies, ANSWER(.payload = 1, .padding = 17),
	  ANSWERED(.payload = 1, .padding = 17) },
	{ "reply-no-checksum", &replies, ANSWER(.sport = 5353, .udp_check = 0),
	  ANSWERED(.udp_check = 0) },
	{ "reply-payload-0", &replies, ANSWER(.sport = 5353, .payload = 0),
	  ANSWERED(.payload = 0) },
	{ "reply-payload-1472", &replies,
	  ANSWER(.sport = 5353, .payload = 1472), ANSWERED(.payload = 1472) },
	{ "reply-bad-checksums-stay-bad", &replies,
	  ANSWER(.sport = 5353, .ip_error = 5, .udp_error = 6),
	  ANSWERED(.ip_error = 5, .udp_error = 6) },
	/* A backend that asks a service itself is a client like any other. */
	{ "reply-or-service", &replies, ANSWER(.daddr = VIP_2, .dport = 7),
	  FORWARDED(2, .eth_dst = BACKEND2_MAC, .saddr = BACKEND_1, .sport = 53,
		    .daddr = BACKEND_2, .dport = 7) },

	{ "reply-beside-own", &own, ANSWER(), ANSWERED() },
	{ "reply-to-us", &own, ANSWER(.daddr = OWN), PASSED(NO_SERVICE) },
	{ "reply-to-us-ttl-1", &own, ANSWER(.daddr = OWN, .ttl = 1),
	  PASSED(NO_SERVICE) },
	{ "reply-to-us-fragment", &own,
	  ANSWER(.daddr = OWN, .fragment = 0x2000), PASSED(NO_SERVICE) },
	{ "own-from-anybody", &own, PACKET(.daddr = OWN), PASSED(NO_SERVICE) },
	{ "own-ping", &own,
	  PACKET(.daddr = OWN, .body = PACKET_ICMP, .icmp_type = 8),
	  PASSED(ICMP) },
	{ "reply-to-us-the-vip", &own_vip, ANSWER(.daddr = VIP),
	  PASSED(NO_SERVICE) },
	{ "own-vip-service", &own_vip, PACKET(), FORWARDED(1, TO_1) },
	{ "reply-beside-own-vip", &own_vip, ANSWER(), ANSWERED() },

	{ "reply6-to-us", &own6, ANSWER6(), PASSED(NO_SERVICE) },
	{ "reply6-beside-own", &own6, ANSWER6(.daddr = BACKEND6_2),
	  ANSWERED6(.daddr = BACKEND6_2) },
	{ "reply6", &replies6, ANSWER6(), ANSWERED6() },
	{ "reply6-port", &replies6, ANSWER6(.sport = 5353), ANSWERED6() },
	{ "reply6-other-port", &replies6, ANSWER6(.sport = 54),
	  PASSED(NO_SERVICE) },
	{ "reply6-no-gateway", &replies6,
	  ANSWER6(.saddr = BACKEND6_2, .ttl = 1), DROPPED(NO_GATEWAY) },
	{ "reply6-hops-1", &replies6, ANSWER6(.ttl = 1), DROPPED(TTL_EXPIRED) },
	{ "reply6-hops-2", &replies6, ANSWER6(.ttl = 2), ANSWERED6(.ttl = 1) },
	{ "reply6-no-checksum", &replies6, ANSWER6(.udp_check = 0),
	  ANSWERED6(.udp_check = 0) },
	{ "reply6-extension", &replies6,
	  ANSWER6(.sport = 5353, EXTENSIONS(EXTENSION(DESTINATION, 16))),
	  ANSWERED6(EXTENSIONS(EXTENSION(DESTINATION, 16))) },
	{ "reply6-bad-checksum-stays-bad", &replies6,
	  ANSWER6(.sport = 5353, .udp_error = 6), ANSWERED6(.udp_error = 6) },
	{ "reply6-or-service", &replies6, ANSWER6(.daddr = VIP6, .dport = 53),
	  FORWARDED6(1, TO6_1, .saddr = BACKEND6_1, .sport = 53) },
	{ "reply6-beside-reply4", &replies6,
	  PACKET(.saddr = BACKEND_1, .sport = 53, .daddr = CLIENT,
		 .dport = 40000),
	  ANSWERED() },
	{ 0 },
};
