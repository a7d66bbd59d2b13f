/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames for others, as a port shows them that listens to everything
 * (xdp-project/xdp-tutorial#186): they are the others' to balance.
 */
#include "world.h"

#define OTHER_MAC 0x020000000099
#define VRRP_MAC  0x00005e000107 /* RFC 9568, 7.3 */

#define KNOWS(name, ...)                                                       \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP, 53, .ping = true, .strict = true),      \
			  SERVICE(VIP6, 53, .base = 1)),                       \
		.REPLIES({ BACKEND_1, 53, VIP, 0, GATEWAY_MAC }),              \
		.RING(1, 2),                                                   \
		.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC),                 \
			  BACKEND(BACKEND6_1, 0, BACKEND2_MAC)),               \
		__VA_ARGS__,                                                   \
	}
KNOWS(one, .macs = { LB_MAC });
KNOWS(vrrp, .macs = { LB_MAC, VRRP_MAC });
KNOWS(eight, .macs = { 1, 2, 3, 4, 5, 6, 7, LB_MAC });
KNOWS(without, .macs = { LB_MAC }, .without = FIXTURE_FEATURE(MACS));

#define ANSWER(...)                                                            \
	PACKET(.saddr = BACKEND_1, .sport = 53, .daddr = CLIENT,               \
	       .dport = 40000, __VA_ARGS__)
#define ERROR                                                                  \
	.saddr = ROUTER, .body = PACKET_ICMP, .icmp_type = 3, .icmp_code = 3,  \
	.payload = 0,                                                          \
	.embedded = EMBEDDED(.saddr = VIP, .daddr = CLIENT, .sport = 53,       \
			     .dport = 40000)
#define TO_OTHER .eth_dst = OTHER_MAC

const struct packet_case cases_macs[] = {
	{ "mac", &one, PACKET(), FORWARDED(1, TO_1) },
	{ "mac-others", &one, PACKET(TO_OTHER), PASSED(NOT_OUR_MAC) },
	{ "mac-first-differs", &one, PACKET(.eth_dst = LB_MAC ^ 2ULL << 40),
	  PASSED(NOT_OUR_MAC) },
	{ "mac-last-differs", &one, PACKET(.eth_dst = LB_MAC ^ 1),
	  PASSED(NOT_OUR_MAC) },
	{ "mac-0", &one, PACKET(.eth_dst = 0), PASSED(NOT_OUR_MAC) },
	{ "mac-vlan", &one, PACKET(TO_OTHER, TAG({ Q, 7 })),
	  PASSED(NOT_OUR_MAC) },
	{ "mac-6", &one, PACKET6(),
	  FORWARDED6(2, .eth_dst = BACKEND2_MAC, .daddr = BACKEND6_1) },
	{ "mac-others-6", &one, PACKET6(TO_OTHER), PASSED(NOT_OUR_MAC) },
	{ "mac-group", &one, PACKET(.eth_dst = 0x01005e000001),
	  PASSED(NOT_UNICAST) },
	{ "mac-vrrp", &vrrp, PACKET(.eth_dst = VRRP_MAC),
	  FORWARDED(1, TO_1, .eth_src = VRRP_MAC) },
	{ "mac-vrrp-of-others", &vrrp, PACKET(.eth_dst = VRRP_MAC + 1),
	  PASSED(NOT_OUR_MAC) },
	{ "mac-first-of-eight", &eight, PACKET(.eth_dst = 1),
	  FORWARDED(1, TO_1, .eth_src = 1) },
	{ "mac-last-of-eight", &eight, PACKET(), FORWARDED(1, TO_1) },
	{ "mac-none-of-eight", &eight, PACKET(TO_OTHER), PASSED(NOT_OUR_MAC) },
	{ "mac-reply", &one, ANSWER(),
	  REPLIED(.saddr = VIP, .sport = 53, .daddr = CLIENT, .dport = 40000) },
	{ "mac-others-reply", &one, ANSWER(TO_OTHER), PASSED(NOT_OUR_MAC) },
	{ "mac-others-error", &one, PACKET(TO_OTHER, ERROR),
	  PASSED(NOT_OUR_MAC) },
	{ "mac-others-ping", &one,
	  PACKET(TO_OTHER, .body = PACKET_ICMP, .icmp_type = 8),
	  PASSED(NOT_OUR_MAC) },
	{ "mac-others-other-icmp", &one,
	  PACKET(TO_OTHER, .body = PACKET_ICMP, .icmp_type = 5), PASSED(ICMP) },
	{ "mac-others-forged", &one, PACKET(TO_OTHER, .saddr = VIP),
	  PASSED(NOT_OUR_MAC) },
	{ "mac-malformed", &one, PACKET(.udp_length = 7), DROPPED(MALFORMED) },
	{ "mac-others-malformed", &one, PACKET(TO_OTHER, .udp_length = 7),
	  PASSED(BAD_UDP_LENGTH) },
	{ "mac-others-ttl", &one, PACKET(TO_OTHER, .ttl = 1),
	  PASSED(NOT_OUR_MAC) },
	{ "without-macs", &without, PACKET(TO_OTHER),
	  FORWARDED(1, TO_1, .eth_src = OTHER_MAC) },
	{ 0 },
};
