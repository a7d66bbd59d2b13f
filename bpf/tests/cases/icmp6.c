/* SPDX-License-Identifier: GPL-2.0-only */
/* ICMPv6 errors, which sum the outer addresses as well. */
#include "world.h"

#define OTHER6	     IP6(0x20010db8, 0, 0, 0x00000077)
#define TUNNEL_FROM6 IP6(0x20010db8, 0, 0, 0x000000fa)

ONE_BACKEND(nat, VIP6, BACKEND6_1, 0);
ONE_BACKEND(nat_port, VIP6, BACKEND6_1, 5353);
ONE_BACKEND(snat, VIP6, BACKEND6_1, 0, .forward = LB_FORWARD_SNAT);
ONE_BACKEND(dsr, VIP6, BACKEND6_1, 5353, .forward = LB_FORWARD_DSR);
ONE_BACKEND(spray, VIP6, BACKEND6_1, 0, .balance = LB_BALANCE_PACKET);

static const struct fixture flow_8 = {
	.SERVICES(SERVICE(VIP6, 53, .mask = 7)),
	EIGHT_BACKENDS6,
};
static const struct fixture source_8 = {
	.SERVICES(SERVICE(VIP6, 53, .mask = 7, .balance = LB_BALANCE_SOURCE)),
	EIGHT_BACKENDS6,
};
static const struct fixture empty = { .SERVICES(SERVICE(VIP6, 53)), .RING(0) };
static const struct fixture tunnels = {
	.SERVICES(SERVICE(VIP6, 53, .forward = LB_FORWARD_GUE),
		  SERVICE(VIP6, 54, .forward = LB_FORWARD_IPIP, .base = 1)),
	.RING(1, 2),
	.BACKENDS(BACKEND(BACKEND6_1, 6080, BACKEND1_MAC),
		  BACKEND(BACKEND6_2, 0, BACKEND2_MAC, .mtu = 135)),
	.tunnels = { { .source6 = TUNNEL_FROM6, .answer = true },
		     { .source6 = TUNNEL_FROM6, .answer = true } },
};
static const struct fixture asked = {
	.SERVICES(SERVICE(VIP6, 0), SERVICE(VIP6, 53, .base = 1)),
	.RING(2, 1),
	.BACKENDS(BACKEND(BACKEND6_1, 0, BACKEND1_MAC),
		  BACKEND(BACKEND6_2, 0, BACKEND2_MAC)),
};
static const struct fixture replies = {
	.SERVICES(SERVICE(VIP6, 53)),
	.REPLIES({ BACKEND6_1, 53, VIP6, 0, GATEWAY_MAC },
		 { BACKEND6_1, 5353, VIP6, 53, GATEWAY_MAC },
		 { BACKEND6_2, 53, VIP6, 0, 0 }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND6_1, 0, BACKEND1_MAC)),
};

/* As in icmp.c. */
#define QUOTE(...)                                                             \
	EMBEDDED6(.saddr = VIP6, .sport = 53, .daddr = CLIENT6,                \
		  .dport = 40000, .ttl = 1, __VA_ARGS__)
#define FROM_1(...)   QUOTE(.saddr = BACKEND6_1, __VA_ARGS__)
#define QUESTION(...) EMBEDDED6(.daddr = BACKEND6_1, .ttl = 63, __VA_ARGS__)
#define ERROR_(quoted, ...)                                                    \
	.saddr = ROUTER6, .body = PACKET_ICMP, .icmp_type = 1, .icmp_code = 4, \
	.embedded = quoted, .embedded_length = 48, .payload = 0, __VA_ARGS__
#define ERROR(quoted, ...) PACKET6(ERROR_(quoted, __VA_ARGS__))
#define SENT(mac, quoted, ...)                                                 \
	.reason = LB_REASON_ICMP_ERROR,                                        \
	.out = PACKET6(ERROR_(quoted, .eth_src = LB_MAC, .eth_dst = mac,       \
			      .ttl = 63, __VA_ARGS__))
#define SENT_1(quoted, ...)                                                    \
	SENT(BACKEND1_MAC, quoted, .daddr = BACKEND6_1, __VA_ARGS__)
#define SENT_SLOT(i)                                                           \
	SENT(SLOT_MAC(i), FROM_1(.sport = (i) + 1), .daddr = BACKEND6_1)
#define REFUSED(quoted, ...)                                                   \
	PACKET6(ERROR_(quoted, .saddr = BACKEND6_1, .daddr = CLIENT6,          \
		       __VA_ARGS__))
#define PASSED_ON(quoted, ...)                                                 \
	SENT(GATEWAY_MAC, quoted, .saddr = VIP6, .daddr = CLIENT6, __VA_ARGS__)

#define THROUGH(name, type, code, rest)                                        \
	{                                                                      \
		"icmp6-" name, &nat,                                           \
			ERROR(QUOTE(), .icmp_type = type, .icmp_code = code,   \
			      .icmp_rest = rest),                              \
			SENT_1(FROM_1(), .icmp_type = type, .icmp_code = code, \
			       .icmp_rest = rest)                              \
	}
#define LEFT(name, type)                                                       \
	{                                                                      \
		"icmp6-" name, &nat,                                           \
			ERROR(QUOTE(), .icmp_type = type, .icmp_code = 0),     \
			PASSED(ICMP)                                           \
	}

const struct packet_case cases_icmp6[] = {
	THROUGH("unreachable-no-route", 1, 0, 0),
	THROUGH("unreachable-port", 1, 4, 0),
	THROUGH("too-big", 2, 0, 1280),
	THROUGH("time-exceeded", 3, 0, 0),
	THROUGH("parameter-problem", 4, 2, 40),
	LEFT("type-0", 0),
	LEFT("type-5", 5),
	LEFT("type-11", 11),
	LEFT("type-127", 127),
	LEFT("echo-nobody-answers", 128),
	LEFT("echo-reply", 129),
	LEFT("router-advertisement", 134),
	LEFT("neighbour-solicitation", 135),
	LEFT("neighbour-advertisement", 136),

	{ "icmp6-port", &nat_port, ERROR(QUOTE()),
	  SENT_1(FROM_1(.sport = 5353)) },
	{ "icmp6-asked-port", &asked, ERROR(QUOTE()), SENT_1(FROM_1()) },
	{ "icmp6-asked-all-ports", &asked, ERROR(QUOTE(.sport = 54)),
	  SENT(BACKEND2_MAC, QUOTE(.saddr = BACKEND6_2, .sport = 54),
	       .daddr = BACKEND6_2) },
	{ "icmp6-no-checksum-quoted", &nat_port, ERROR(QUOTE(.udp_check = 0)),
	  SENT_1(FROM_1(.sport = 5353, .udp_check = 0)) },
	{ "icmp6-quotes-all", &nat_port,
	  ERROR(QUOTE(), .embedded_length = PACKET_AUTO),
	  SENT_1(FROM_1(.sport = 5353), .embedded_length = PACKET_AUTO) },
	{ "icmp6-quotes-odd", &nat, ERROR(QUOTE(), .embedded_length = 51),
	  SENT_1(FROM_1(), .embedded_length = 51) },
	{ "icmp6-padded", &nat, ERROR(QUOTE(), .padding = 4),
	  SENT_1(FROM_1(), .padding = 4) },
	{ "icmp6-vlan", &nat, ERROR(QUOTE(), TAG({ AD, 7 }, { Q, 8 })),
	  SENT_1(FROM_1(), TAG({ AD, 7 }, { Q, 8 })) },
	{ "icmp6-hop-by-hop", &nat_port,
	  ERROR(QUOTE(), EXTENSIONS(EXTENSION(HOP_BY_HOP, 16))),
	  SENT_1(FROM_1(.sport = 5353),
		 EXTENSIONS(EXTENSION(HOP_BY_HOP, 16))) },
	{ "icmp6-atomic", &nat, ERROR(QUOTE(), EXTENSIONS(FRAGMENT6(0))),
	  SENT_1(FROM_1(), EXTENSIONS(FRAGMENT6(0))) },
	{ "icmp6-hops-1", &nat, ERROR(QUOTE(), .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "icmp6-hops-2", &nat, ERROR(QUOTE(), .ttl = 2),
	  SENT_1(FROM_1(), .ttl = 1) },
	{ "icmp6-quoted-class", &nat,
	  ERROR(QUOTE(.tos = 255, .flow_label = 0xfffff), .tos = 7),
	  SENT_1(FROM_1(.tos = 255, .flow_label = 0xfffff), .tos = 7) },
	{ "icmp6-bad-stays-bad", &nat_port,
	  ERROR(QUOTE(.udp_error = 4), .icmp_error = 5),
	  SENT_1(FROM_1(.sport = 5353, .udp_error = 4), .icmp_error = 5) },
	{ "icmp6-from-the-client-itself", &nat,
	  ERROR(QUOTE(), .saddr = CLIENT6),
	  SENT_1(FROM_1(), .saddr = CLIENT6) },

	{ "icmp6-slot-flow", &flow_8, ERROR(QUOTE()), SENT_SLOT(FLOW6_SLOT) },
	{ "icmp6-slot-source", &source_8, ERROR(QUOTE()),
	  SENT_SLOT(SOURCE6_SLOT) },
	{ "icmp6-spray", &spray, ERROR(QUOTE()), PASSED(ICMP) },
	{ "icmp6-snat", &snat, ERROR(QUOTE()), PASSED(ICMP) },
	{ "icmp6-dsr", &dsr, ERROR(QUOTE()), SENT(BACKEND1_MAC, QUOTE()) },
	{ "icmp6-dsr-ttl-1", &dsr, ERROR(QUOTE(), .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "icmp6-no-backend", &empty, ERROR(QUOTE()), DROPPED(NO_BACKEND) },

	{ "icmp6-other-port", &nat, ERROR(QUOTE(.sport = 54)), PASSED(ICMP) },
	{ "icmp6-not-to-the-vip", &nat, ERROR(QUOTE(), .daddr = OTHER6),
	  PASSED(ICMP) },
	{ "icmp6-not-of-the-vip", &nat, ERROR(QUOTE(.saddr = OTHER6)),
	  PASSED(ICMP) },
	{ "icmp6-not-of-the-vip-first-word", &nat,
	  ERROR(QUOTE(.saddr = IP6(0x20010db9, 0, 0, 1))), PASSED(ICMP) },
	{ "icmp6-quotes-47", &nat, ERROR(QUOTE(), .embedded_length = 47),
	  PASSED(ICMP) },
	{ "icmp6-quotes-47-padded", &nat,
	  ERROR(QUOTE(), .embedded_length = 47, .padding = 20), PASSED(ICMP) },
	{ "icmp6-quotes-tcp", &nat, ERROR(QUOTE(.protocol = 6)), PASSED(ICMP) },
	{ "icmp6-quotes-extension", &nat,
	  ERROR(QUOTE(EXTENSIONS(EXTENSION(DESTINATION, 8))),
		.embedded_length = 56),
	  PASSED(ICMP) },
	{ "icmp6-quotes-fragment", &nat,
	  ERROR(QUOTE(EXTENSIONS(FRAGMENT6(0))), .embedded_length = 56),
	  PASSED(ICMP) },
	{ "icmp6-quotes-version-4", &nat, ERROR(QUOTE(.version = 4)),
	  PASSED(ICMP) },
	{ "icmp6-below-8", &nat, ERROR(QUOTE(), .ip_length = 47, CUT(61)),
	  PASSED(ICMP) },
	{ "icmp6-below-8-padded", &nat, ERROR(QUOTE(), .ip_length = 47),
	  PASSED(ICMP) },
	{ "icmp6-extensions-beyond-ip", &nat,
	  ERROR(QUOTE(), EXTENSIONS(EXTENSION(HOP_BY_HOP, 16)),
		.ip_length = 50),
	  PASSED(ICMP) },
	{ "icmp6-ip-length-beyond-frame", &nat, ERROR(QUOTE(), .ip_length = 97),
	  PASSED(BAD_IP_LENGTH) },
	{ "icmp6-fragment", &nat, ERROR(QUOTE(), EXTENSIONS(FRAGMENT6(1))),
	  PASSED(FRAGMENT) },
	{ "icmp6-multicast-mac", &nat,
	  ERROR(QUOTE(), .eth_dst = 0x333300000001), PASSED(NOT_UNICAST) },
	{ "icmp6-in-ip4", &nat,
	  PACKET(.protocol = 58, .body = PACKET_ICMP, .icmp_type = 1),
	  PASSED(NOT_UDP) },

	{ "icmp6-gue", &tunnels, ERROR(QUOTE(), .tos = 9),
	  SENT(BACKEND1_MAC, QUOTE(), .tos = 9,
	       .outer = { .tunnel = PACKET_GUE,
			  .source = TUNNEL_FROM6,
			  .destination = BACKEND6_1,
			  .tos = 9,
			  .flow_label = FLOW6_HASH & 0xfffff,
			  .sport = 0xc000 | (FLOW6_HASH & 0x3fff),
			  .dport = 6080 }) },
	{ "icmp6-ipip-too-big", &tunnels, ERROR(QUOTE(.sport = 54)),
	  DROPPED(TOO_BIG) },

	{ "icmp6-reply", &replies, REFUSED(QUESTION()),
	  PASSED_ON(QUESTION(.daddr = VIP6)) },
	{ "icmp6-reply-port", &replies, REFUSED(QUESTION(.dport = 5353)),
	  PASSED_ON(QUESTION(.daddr = VIP6)) },
	{ "icmp6-reply-from-a-router", &replies,
	  REFUSED(QUESTION(.dport = 5353), .saddr = ROUTER6, .icmp_type = 2,
		  .icmp_code = 0, .icmp_rest = 1400),
	  PASSED_ON(QUESTION(.daddr = VIP6), .saddr = ROUTER6, .icmp_type = 2,
		    .icmp_code = 0, .icmp_rest = 1400) },
	{ "icmp6-reply-no-gateway", &replies,
	  REFUSED(QUESTION(.daddr = BACKEND6_2), .ttl = 1),
	  DROPPED(NO_GATEWAY) },
	{ "icmp6-reply-hops-1", &replies, REFUSED(QUESTION(), .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "icmp6-reply-other-port", &replies, REFUSED(QUESTION(.dport = 54)),
	  PASSED(ICMP) },
	{ "icmp6-reply-not-to-the-client", &replies,
	  REFUSED(QUESTION(.saddr = OTHER6)), PASSED(ICMP) },
	{ "icmp6-reply-or-service", &replies,
	  ERROR(QUESTION(.saddr = VIP6, .sport = 53)),
	  SENT_1(QUESTION(.saddr = BACKEND6_1, .sport = 53)) },
	{ 0 },
};
