/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fragments where nothing is remembered of their first one, as on a card: only
 * that has ports, so all of them go by source, where the VIP or the backend has
 * but one service.
 */
#include "world.h"

#define MORE	   0x2000 /* IPv4: more fragments follow */
#define MIDDLE	   0x20b9
#define LAST	   0x00b9
#define BACKEND6_3 IP6(0x20010db8, 0x000a0000, 0, 0x13)
#define VIP_2	   IP4(192, 0, 2, 2)
#define VIP_3	   IP4(192, 0, 2, 3)

/* The default datagram's beginning, and something of its rest. */
#define FIRST	  .fragment = MORE, .udp_length = 1480
#define LATER	  .fragment = LAST, .body = PACKET_RAW
#define FIRST6	  EXTENSIONS(FRAGMENT6(1)), .udp_length = 1480
#define LATER6	  EXTENSIONS(FRAGMENT6(0x05c8)), .body = PACKET_RAW
#define ON_A_CARD .without = FIXTURE_FEATURE(FOLLOW)

#define ALONE(name, vip, backend, backend_port, ...)                           \
	static const struct fixture name = {                                   \
		.SERVICES({ .address = vip, .port = 53, __VA_ARGS__ }),        \
		.RING(1),                                                      \
		.BACKENDS({ .address = backend,                                \
			    .port = backend_port,                              \
			    .mac = BACKEND1_MAC }),                            \
		ON_A_CARD,                                                     \
	}
#define SOURCE .balance = LB_BALANCE_SOURCE

ALONE(nat, VIP, BACKEND_1, 5353, SOURCE);
ALONE(snat, VIP, BACKEND_1, 5353, SOURCE, .forward = LB_FORWARD_SNAT);
ALONE(dsr, VIP, BACKEND_1, 5353, SOURCE, .forward = LB_FORWARD_DSR);
ALONE(flow, VIP, BACKEND_1, 5353);
ALONE(spray, VIP, BACKEND_1, 5353, .balance = LB_BALANCE_PACKET);
ALONE(quic, VIP, BACKEND_1, 5353, .balance = LB_BALANCE_QUIC);
ALONE(nat6, VIP6, BACKEND6_1, 5353, SOURCE);
ALONE(snat6, VIP6, BACKEND6_1, 5353, SOURCE, .forward = LB_FORWARD_SNAT);
ALONE(dsr6, VIP6, BACKEND6_1, 5353, SOURCE, .forward = LB_FORWARD_DSR);
ALONE(flow6, VIP6, BACKEND6_1, 5353);

/* VIP: two services; VIP_2: one of two ports; VIP_3: all ports. */
static const struct fixture several = {
	.SERVICES(SERVICE(VIP, 53, SOURCE), SERVICE(VIP, 54, SOURCE, .base = 1),
		  SERVICE(VIP_2, 53, SOURCE, .id = 1),
		  SERVICE(VIP_2, 5353, SOURCE, .id = 1),
		  SERVICE(VIP_3, 0, SOURCE, .base = 2)),
	.RING(1, 1, LB_NO_BACKEND),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
	ON_A_CARD,
};
static const struct fixture slots = {
	.SERVICES(SERVICE(VIP, 53, SOURCE, .mask = 7)),
	EIGHT_BACKENDS,
	ON_A_CARD,
};
static const struct fixture slots6 = {
	.SERVICES(SERVICE(VIP6, 53, SOURCE, .mask = 7)),
	EIGHT_BACKENDS6,
	ON_A_CARD,
};

/* One service of two ports that no range has: the bucket asks. */
static const struct fixture several6 = {
	.SERVICES(SERVICE(VIP6, 53, SOURCE), SERVICE(VIP6, 5353, SOURCE)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND6_1, 0, BACKEND1_MAC)),
	ON_A_CARD,
};

/* BACKEND_1 has one answer for two ports, BACKEND_2 has two. */
static const struct fixture replies = {
	.REPLIES({ BACKEND_1, 53, VIP, 5353, GATEWAY_MAC },
		 { BACKEND_1, 54, VIP, 5353, GATEWAY_MAC },
		 { BACKEND_2, 53, VIP, 53, GATEWAY_MAC },
		 { BACKEND_2, 54, VIP, 54, GATEWAY_MAC },
		 { IP4(10, 0, 0, 13), 0, VIP, 0, GATEWAY_MAC },
		 { IP4(10, 0, 0, 14), 53, VIP, 0, 0 },
		 { BACKEND6_1, 53, VIP6, 5353, GATEWAY_MAC },
		 { BACKEND6_2, 53, VIP6, 53, GATEWAY_MAC },
		 { BACKEND6_2, 54, VIP6, 54, GATEWAY_MAC },
		 { BACKEND6_3, 53, VIP6, 5353, GATEWAY_MAC },
		 { BACKEND6_3, 54, VIP6, 5353, GATEWAY_MAC }),
	ON_A_CARD,
};

#define ANSWER(...)                                                            \
	PACKET(.saddr = BACKEND_1, .sport = 53, .daddr = CLIENT,               \
	       .dport = 40000, __VA_ARGS__)
#define ANSWERED(...)                                                          \
	REPLIED(.saddr = VIP, .sport = 5353, .daddr = CLIENT, .dport = 40000,  \
		__VA_ARGS__)
#define ANSWER6(...)                                                           \
	PACKET6(.saddr = BACKEND6_1, .sport = 53, .daddr = CLIENT6,            \
		.dport = 40000, __VA_ARGS__)
#define ANSWERED6(...)                                                         \
	REPLIED6(.saddr = VIP6, .sport = 5353, .daddr = CLIENT6,               \
		 .dport = 40000, __VA_ARGS__)

const struct packet_case cases_fragment[] = {
	{ "fragment-nat-first", &nat, PACKET(FIRST),
	  FORWARDED(1, TO_1, .dport = 5353, FIRST) },
	{ "fragment-nat-first-without-checksum", &nat,
	  PACKET(FIRST, .udp_check = 0),
	  FORWARDED(1, TO_1, .dport = 5353, FIRST, .udp_check = 0) },
	{ "fragment-nat-later", &nat, PACKET(LATER),
	  FORWARDED(1, TO_1, LATER) },
	{ "fragment-nat-middle", &nat,
	  PACKET(.fragment = MIDDLE, .body = PACKET_RAW),
	  FORWARDED(1, TO_1, .fragment = MIDDLE, .body = PACKET_RAW) },
	{ "fragment-nat-offset-1", &nat,
	  PACKET(.fragment = 1, .body = PACKET_RAW, .payload = 1),
	  FORWARDED(1, TO_1, .fragment = 1, .body = PACKET_RAW, .payload = 1) },
	{ "fragment-nat-offset-high", &nat,
	  PACKET(.fragment = 0x1000, .body = PACKET_RAW),
	  FORWARDED(1, TO_1, .fragment = 0x1000, .body = PACKET_RAW) },
	{ "fragment-nat-later-empty", &nat, PACKET(LATER, .payload = 0),
	  FORWARDED(1, TO_1, LATER, .payload = 0) },
	{ "fragment-nat-later-padded", &nat,
	  PACKET(LATER, .payload = 3, .padding = 23),
	  FORWARDED(1, TO_1, LATER, .payload = 3, .padding = 23) },
	{ "fragment-nat-later-ttl-1", &nat, PACKET(LATER, .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "fragment-nat-first-ttl-1", &nat, PACKET(FIRST, .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "fragment-nat-dont-fragment", &nat,
	  PACKET(FIRST, .fragment = MORE | 0x4000),
	  FORWARDED(1, TO_1, .dport = 5353, FIRST, .fragment = MORE | 0x4000) },
	{ "fragment-snat-first", &snat, PACKET(FIRST),
	  FORWARDED(1, TO_1, .saddr = VIP, .dport = 5353, FIRST) },
	{ "fragment-snat-later", &snat, PACKET(LATER),
	  FORWARDED(1, TO_1, .saddr = VIP, LATER) },
	{ "fragment-dsr-first", &dsr, PACKET(FIRST),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, FIRST) },
	{ "fragment-dsr-later", &dsr, PACKET(LATER),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, LATER) },
	{ "fragment-dsr-later-ttl-1", &dsr, PACKET(LATER, .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "fragment-vlan", &nat, PACKET(LATER, TAG({ AD, 7 }, { Q, 8 })),
	  FORWARDED(1, TO_1, LATER, TAG({ AD, 7 }, { Q, 8 })) },
	{ "fragment-slot-whole", &slots, PACKET(),
	  FORWARDED(SOURCE4_SLOT + 1, .eth_dst = SLOT_MAC(SOURCE4_SLOT),
		    .daddr = BACKEND_1, .dport = SOURCE4_SLOT + 1) },
	{ "fragment-slot-first", &slots, PACKET(FIRST),
	  FORWARDED(SOURCE4_SLOT + 1, .eth_dst = SLOT_MAC(SOURCE4_SLOT),
		    .daddr = BACKEND_1, .dport = SOURCE4_SLOT + 1, FIRST) },
	{ "fragment-slot-later", &slots, PACKET(LATER),
	  FORWARDED(SOURCE4_SLOT + 1, .eth_dst = SLOT_MAC(SOURCE4_SLOT),
		    .daddr = BACKEND_1, LATER) },

	{ "fragment-first-udp-cut", &nat, PACKET(FIRST, CUT(41)),
	  PASSED(BAD_IP_LENGTH) },
	{ "fragment-first-udp-truncated", &nat,
	  PACKET(FIRST, CUT(41), .ip_length = 27), PASSED(TRUNCATED) },
	{ "fragment-first-ip-within-udp", &nat, PACKET(FIRST, .ip_length = 27),
	  PASSED(BAD_UDP_LENGTH) },
	{ "fragment-first-udp-length-7", &nat, PACKET(FIRST, .udp_length = 7),
	  PASSED(BAD_UDP_LENGTH) },
	{ "fragment-first-udp-length-8", &nat, PACKET(FIRST, .udp_length = 8),
	  FORWARDED(1, TO_1, .dport = 5353, FIRST, .udp_length = 8) },
	{ "fragment-first-udp-length-65535", &nat,
	  PACKET(FIRST, .udp_length = 65535),
	  FORWARDED(1, TO_1, .dport = 5353, FIRST, .udp_length = 65535) },
	{ "fragment-later-ip-beyond-frame", &nat,
	  PACKET(LATER, .ip_length = 53), PASSED(BAD_IP_LENGTH) },
	{ "fragment-later-multicast", &nat,
	  PACKET(LATER, .eth_dst = 0x01005e000201), PASSED(NOT_UNICAST) },
	{ "fragment-first-options", &nat, PACKET(FIRST, .options = 4),
	  PASSED(IP_OPTIONS) },
	{ "fragment-icmp-first", &nat,
	  PACKET(.fragment = MORE, .body = PACKET_ICMP, .icmp_type = 8),
	  PASSED(FRAGMENT) },
	{ "fragment-icmp-later", &nat, PACKET(LATER, .protocol = 1),
	  PASSED(FRAGMENT) },
	{ "fragment-tcp-later", &nat, PACKET(LATER, .protocol = 6),
	  PASSED(NOT_UDP) },

	{ "fragment-flow-first", &flow, PACKET(FIRST), PASSED(FRAGMENT) },
	{ "fragment-flow-later", &flow, PACKET(LATER), PASSED(FRAGMENT) },
	{ "fragment-spray-first", &spray, PACKET(FIRST), PASSED(FRAGMENT) },
	{ "fragment-spray-later", &spray, PACKET(LATER), PASSED(FRAGMENT) },
	{ "fragment-quic-first", &quic, PACKET(FIRST), PASSED(FRAGMENT) },
	{ "fragment-quic-later", &quic, PACKET(LATER), PASSED(FRAGMENT) },
	{ "fragment-first-other-port", &nat, PACKET(FIRST, .dport = 54),
	  PASSED(NO_SERVICE) },
	{ "fragment-first-other-address", &nat, PACKET(FIRST, .daddr = VIP_2),
	  PASSED(NO_SERVICE) },
	{ "fragment-later-other-address", &nat, PACKET(LATER, .daddr = VIP_2),
	  PASSED(NO_SERVICE) },
	{ "fragment-two-services-first", &several, PACKET(FIRST),
	  PASSED(FRAGMENT) },
	{ "fragment-two-services-later", &several, PACKET(LATER),
	  PASSED(FRAGMENT) },
	{ "fragment-two-services-no-port", &several, PACKET(FIRST, .dport = 55),
	  PASSED(NO_SERVICE) },
	{ "fragment-two-ports-first", &several,
	  PACKET(FIRST, .daddr = VIP_2, .dport = 5353),
	  FORWARDED(1, TO_1, FIRST, .dport = 5353) },
	{ "fragment-two-ports-later", &several, PACKET(LATER, .daddr = VIP_2),
	  FORWARDED(1, TO_1, LATER) },
	{ "fragment-no-backend-first", &several, PACKET(FIRST, .daddr = VIP_3),
	  DROPPED(NO_BACKEND) },
	{ "fragment-no-backend-later", &several, PACKET(LATER, .daddr = VIP_3),
	  DROPPED(NO_BACKEND) },

	{ "fragment-reply-first", &replies, ANSWER(FIRST), ANSWERED(FIRST) },
	{ "fragment-reply-later", &replies, ANSWER(LATER), ANSWERED(LATER) },
	{ "fragment-reply-first-other-port", &replies,
	  ANSWER(FIRST, .sport = 55), PASSED(NO_SERVICE) },
	{ "fragment-reply-all-ports-first", &replies,
	  ANSWER(FIRST, .saddr = IP4(10, 0, 0, 13)),
	  ANSWERED(FIRST, .sport = 53) },
	{ "fragment-reply-all-ports-later", &replies,
	  ANSWER(LATER, .saddr = IP4(10, 0, 0, 13)), ANSWERED(LATER) },
	{ "fragment-reply-two-first", &replies,
	  ANSWER(FIRST, .saddr = BACKEND_2), PASSED(FRAGMENT) },
	{ "fragment-reply-two-later", &replies,
	  ANSWER(LATER, .saddr = BACKEND_2), PASSED(FRAGMENT) },
	{ "fragment-reply-no-gateway", &replies,
	  ANSWER(LATER, .saddr = IP4(10, 0, 0, 14), .ttl = 1),
	  DROPPED(NO_GATEWAY) },
	{ "fragment-reply-ttl-1", &replies, ANSWER(LATER, .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "fragment-reply-unknown", &replies,
	  ANSWER(LATER, .saddr = IP4(10, 0, 0, 99)), PASSED(NO_SERVICE) },

	{ "fragment6-nat-first", &nat6, PACKET6(FIRST6),
	  FORWARDED6(1, TO6_1, .dport = 5353, FIRST6) },
	{ "fragment6-nat-later", &nat6, PACKET6(LATER6),
	  FORWARDED6(1, TO6_1, LATER6) },
	{ "fragment6-nat-offset-8", &nat6,
	  PACKET6(EXTENSIONS(FRAGMENT6(9)), .body = PACKET_RAW),
	  FORWARDED6(1, TO6_1, EXTENSIONS(FRAGMENT6(9)), .body = PACKET_RAW) },
	{ "fragment6-nat-later-empty", &nat6, PACKET6(LATER6, .payload = 0),
	  FORWARDED6(1, TO6_1, LATER6, .payload = 0) },
	{ "fragment6-snat-first", &snat6, PACKET6(FIRST6),
	  FORWARDED6(1, TO6_1, .saddr = VIP6, .dport = 5353, FIRST6) },
	{ "fragment6-snat-later", &snat6, PACKET6(LATER6),
	  FORWARDED6(1, TO6_1, .saddr = VIP6, LATER6) },
	{ "fragment6-dsr-first", &dsr6, PACKET6(FIRST6),
	  FORWARDED6(1, .eth_dst = BACKEND1_MAC, FIRST6) },
	{ "fragment6-dsr-later", &dsr6, PACKET6(LATER6),
	  FORWARDED6(1, .eth_dst = BACKEND1_MAC, LATER6) },
	{ "fragment6-slot-first", &slots6, PACKET6(FIRST6),
	  FORWARDED6(SOURCE6_SLOT + 1, .eth_dst = SLOT_MAC(SOURCE6_SLOT),
		     .daddr = BACKEND6_1, .dport = SOURCE6_SLOT + 1, FIRST6) },
	{ "fragment6-slot-later", &slots6, PACKET6(LATER6),
	  FORWARDED6(SOURCE6_SLOT + 1, .eth_dst = SLOT_MAC(SOURCE6_SLOT),
		     .daddr = BACKEND6_1, LATER6) },
	{ "fragment6-two-ports-first", &several6, PACKET6(FIRST6),
	  FORWARDED6(1, TO6_1, FIRST6) },
	{ "fragment6-two-ports-later", &several6, PACKET6(LATER6),
	  FORWARDED6(1, TO6_1, LATER6) },
	{ "fragment6-two-ports-no-port", &several6,
	  PACKET6(FIRST6, .dport = 54), PASSED(NO_SERVICE) },
	{ "fragment6-atomic-is-whole", &flow6,
	  PACKET6(EXTENSIONS(FRAGMENT6(0))),
	  FORWARDED6(1, TO6_1, .dport = 5353, EXTENSIONS(FRAGMENT6(0))) },
	{ "fragment6-flow-first", &flow6, PACKET6(FIRST6), PASSED(FRAGMENT) },
	{ "fragment6-flow-later", &flow6, PACKET6(LATER6), PASSED(FRAGMENT) },
	{ "fragment6-first-hop-by-hop-before", &nat6,
	  PACKET6(EXTENSIONS(EXTENSION(HOP_BY_HOP, 8), FRAGMENT6(1))),
	  FORWARDED6(1, TO6_1, .dport = 5353,
		     EXTENSIONS(EXTENSION(HOP_BY_HOP, 8), FRAGMENT6(1))) },
	{ "fragment6-first-destination-behind", &nat6,
	  PACKET6(EXTENSIONS(FRAGMENT6(1), EXTENSION(DESTINATION, 8))),
	  FORWARDED6(1, TO6_1, .dport = 5353,
		     EXTENSIONS(FRAGMENT6(1), EXTENSION(DESTINATION, 8))) },
	{ "fragment6-later-destination-behind", &nat6,
	  PACKET6(EXTENSIONS(FRAGMENT6(8), EXTENSION(DESTINATION, 8))),
	  PASSED(FRAGMENT) },
	{ "fragment6-later-fragment-behind", &nat6,
	  PACKET6(EXTENSIONS(FRAGMENT6(8), FRAGMENT6(8))), PASSED(FRAGMENT) },
	{ "fragment6-later-is-fourth", &nat6,
	  PACKET6(EXTENSIONS(EXTENSION(HOP_BY_HOP, 8),
			     EXTENSION(DESTINATION, 8), EXTENSION(ROUTING, 8),
			     FRAGMENT6(8)),
		  .body = PACKET_RAW),
	  FORWARDED6(1, TO6_1,
		     EXTENSIONS(EXTENSION(HOP_BY_HOP, 8),
				EXTENSION(DESTINATION, 8),
				EXTENSION(ROUTING, 8), FRAGMENT6(8)),
		     .body = PACKET_RAW) },
	{ "fragment6-first-no-checksum", &nat6, PACKET6(FIRST6, .udp_check = 0),
	  FORWARDED6(1, TO6_1, .dport = 5353, FIRST6, .udp_check = 0) },
	{ "fragment6-first-udp-length-7", &nat6,
	  PACKET6(FIRST6, .udp_length = 7), PASSED(BAD_UDP_LENGTH) },
	{ "fragment6-first-ip-within-udp", &nat6,
	  PACKET6(FIRST6, .ip_length = 55), PASSED(BAD_UDP_LENGTH) },
	{ "fragment6-first-udp-truncated", &nat6,
	  PACKET6(FIRST6, .ip_length = 55, CUT(69)), PASSED(TRUNCATED) },
	{ "fragment6-later-ip-beyond-frame", &nat6,
	  PACKET6(LATER6, .ip_length = 81), PASSED(BAD_IP_LENGTH) },
	{ "fragment6-later-tcp", &nat6, PACKET6(LATER6, .protocol = 6),
	  PASSED(NOT_UDP) },
	{ "fragment6-later-icmp", &nat6, PACKET6(LATER6, .protocol = 58),
	  PASSED(FRAGMENT) },
	{ "fragment6-first-icmp", &nat6,
	  PACKET6(EXTENSIONS(FRAGMENT6(1)), .body = PACKET_ICMP,
		  .icmp_type = 128),
	  PASSED(FRAGMENT) },
	{ "fragment6-later-hops-1", &nat6, PACKET6(LATER6, .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "fragment6-reply-first", &replies, ANSWER6(FIRST6),
	  ANSWERED6(FIRST6) },
	{ "fragment6-reply-later", &replies, ANSWER6(LATER6),
	  ANSWERED6(LATER6) },
	{ "fragment6-reply-asked-later", &replies,
	  ANSWER6(LATER6, .saddr = BACKEND6_3), ANSWERED6(LATER6) },
	{ "fragment6-reply-asked-first", &replies,
	  ANSWER6(FIRST6, .saddr = BACKEND6_3), ANSWERED6(FIRST6) },
	{ "fragment6-reply-two-first", &replies,
	  ANSWER6(FIRST6, .saddr = BACKEND6_2), PASSED(FRAGMENT) },
	{ "fragment6-reply-two-later", &replies,
	  ANSWER6(LATER6, .saddr = BACKEND6_2), PASSED(FRAGMENT) },
	{ 0 },
};
