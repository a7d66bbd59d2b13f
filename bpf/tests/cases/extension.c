/* SPDX-License-Identifier: GPL-2.0-only */
/* IPv6 extension headers: four of them, 64 bytes each, in any order. */
#include "world.h"

ONE_BACKEND(world, VIP6, BACKEND6_1, 5353);
ONE_BACKEND(snat, VIP6, BACKEND6_1, 0, .forward = LB_FORWARD_SNAT);
ONE_BACKEND(dsr, VIP6, BACKEND6_1, 0, .forward = LB_FORWARD_DSR);

#define HOP(size)   EXTENSION(HOP_BY_HOP, size)
#define ROUTE(size) EXTENSION(ROUTING, size)
#define DST(size)   EXTENSION(DESTINATION, size)
#define ATOMIC	    FRAGMENT6(0)

#define THROUGH(name, ...)                                                     \
	{                                                                      \
		"extension-" name, &world, PACKET6(EXTENSIONS(__VA_ARGS__)),   \
			FORWARDED6(1, TO6_1, .dport = 5353,                    \
				   EXTENSIONS(__VA_ARGS__))                    \
	}

const struct packet_case cases_extension[] = {
	THROUGH("hop-by-hop", HOP(8)),
	THROUGH("hop-by-hop-64", HOP(64)),
	THROUGH("routing-ended", ROUTE(24)),
	THROUGH("destination", DST(16)),
	THROUGH("atomic", ATOMIC),
	THROUGH("atomic-reserved-bits", FRAGMENT6(6)),
	THROUGH("two", HOP(8), DST(8)),
	THROUGH("four", HOP(8), DST(16), ROUTE(24), DST(32)),
	THROUGH("four-of-64", HOP(64), DST(64), ROUTE(64), DST(64)),
	THROUGH("four-with-atomic", HOP(8), ROUTE(8), ATOMIC, DST(8)),
	THROUGH("order-is-free", ATOMIC, DST(8), HOP(8)),
	{ "extension-five", &world,
	  PACKET6(EXTENSIONS(HOP(8), DST(8), DST(8), DST(8), DST(8))),
	  PASSED(EXTENSIONS) },
	{ "extension-five-with-atomic", &world,
	  PACKET6(EXTENSIONS(HOP(8), DST(8), DST(8), DST(8), ATOMIC)),
	  PASSED(EXTENSIONS) },
	{ "extension-72", &world, PACKET6(EXTENSIONS(DST(72))),
	  PASSED(EXTENSIONS) },
	{ "extension-72-second", &world, PACKET6(EXTENSIONS(HOP(8), DST(72))),
	  PASSED(EXTENSIONS) },
	{ "extension-1024", &world, PACKET6(EXTENSIONS(DST(1024))),
	  PASSED(EXTENSIONS) },
	{ "extension-routing-left", &world,
	  PACKET6(EXTENSIONS({ .type = PACKET_ROUTING,
			       .length = 24,
			       .segments_left = 1 })),
	  PASSED(EXTENSIONS) },
	{ "extension-routing-left-255", &world,
	  PACKET6(EXTENSIONS(HOP(8), { .type = PACKET_ROUTING,
				       .length = 8,
				       .segments_left = 255 })),
	  PASSED(EXTENSIONS) },
	{ "extension-two-fragments", &world,
	  PACKET6(EXTENSIONS(ATOMIC, ATOMIC)), PASSED(EXTENSIONS) },
	{ "extension-cut-at-once", &world, PACKET6(EXTENSIONS(DST(8)), CUT(54)),
	  PASSED(TRUNCATED) },
	{ "extension-cut-within-8", &world,
	  PACKET6(EXTENSIONS(DST(8)), CUT(61)), PASSED(TRUNCATED) },
	{ "extension-cut-second", &world,
	  PACKET6(EXTENSIONS(HOP(8), DST(8)), CUT(69)), PASSED(TRUNCATED) },
	{ "extension-cut-behind-8", &world,
	  PACKET6(EXTENSIONS(HOP(16), DST(8)), CUT(62)), PASSED(TRUNCATED) },
	{ "extension-cut-fragment", &world,
	  PACKET6(EXTENSIONS(ATOMIC), CUT(61)), PASSED(TRUNCATED) },
	{ "extension-short", &world,
	  PACKET6(EXTENSIONS(DST(16)), .ip_length = 50, CUT(64)),
	  PASSED(TRUNCATED) },
	{ "extension-without-udp", &world,
	  PACKET6(EXTENSIONS(DST(16)), .ip_length = 56, CUT(70)),
	  PASSED(TRUNCATED) },
	{ "extension-beyond-ip", &world,
	  PACKET6(EXTENSIONS(DST(16)), .ip_length = 50),
	  PASSED(BAD_UDP_LENGTH) },
	{ "extension-is-all-of-ip", &world,
	  PACKET6(EXTENSIONS(DST(16)), .ip_length = 56),
	  PASSED(BAD_UDP_LENGTH) },
	{ "extension-udp-beyond-ip", &world,
	  PACKET6(EXTENSIONS(DST(16)), .udp_length = 41),
	  PASSED(BAD_UDP_LENGTH) },
	{ "extension-ip-beyond-frame", &world,
	  PACKET6(EXTENSIONS(DST(16)), .ip_length = 97),
	  PASSED(BAD_IP_LENGTH) },
	{ "extension-tcp", &world, PACKET6(EXTENSIONS(DST(8)), .protocol = 6),
	  PASSED(NOT_UDP) },
	{ "extension-tcp-ip-beyond-frame", &world,
	  PACKET6(EXTENSIONS(DST(8)), .protocol = 6, .ip_length = 999),
	  PASSED(NOT_UDP) },
	{ "extension-authentication", &world,
	  PACKET6(EXTENSIONS(HOP(8)), .protocol = 51), PASSED(NOT_UDP) },
	{ "extension-no-checksum", &world,
	  PACKET6(EXTENSIONS(HOP(8)), .udp_check = 0),
	  FORWARDED6(1, TO6_1, .dport = 5353, EXTENSIONS(HOP(8)),
		     .udp_check = 0) },
	{ "extension-vlan", &world, PACKET6(EXTENSIONS(HOP(8)), TAG({ Q, 7 })),
	  FORWARDED6(1, TO6_1, .dport = 5353, EXTENSIONS(HOP(8)),
		     TAG({ Q, 7 })) },
	{ "extension-snat", &snat, PACKET6(EXTENSIONS(HOP(8), ATOMIC)),
	  FORWARDED6(1, TO6_1, .saddr = VIP6, EXTENSIONS(HOP(8), ATOMIC)) },
	{ "extension-dsr", &dsr, PACKET6(EXTENSIONS(DST(24))),
	  FORWARDED6(1, .eth_dst = BACKEND1_MAC, EXTENSIONS(DST(24))) },
	{ "extension-hops-1", &world, PACKET6(EXTENSIONS(DST(24)), .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ 0 },
};
