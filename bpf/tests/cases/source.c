/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sources that nobody can have, or that are ours (EmbarkStudios/quilkin#320):
 * what would be sent to somebody is dropped.
 */
#include "world.h"

#define VIP_2	IP4(192, 0, 2, 2)
#define VIP6_2	IP6(0x20010db8, 0, 0, 0x00000002)
#define OWN	IP4(192, 0, 2, 9)
#define OWN6	IP6(0x20010db8, 0, 0, 0x00000009)
#define DIRECT	IP4(192, 0, 2, 10)
#define NOTHING .base = UINT32_MAX, .balance = LB_BALANCE_PACKET
#define HOST(...)                                                              \
	{                                                                      \
		.forward = LB_FORWARD_OWN, NOTHING, .address = __VA_ARGS__     \
	}

/* VIP_2 has two services: its bucket has no answer of its own. */
static const struct fixture world = {
	.SERVICES(SERVICE(VIP, 53, .ping = true),
		  SERVICE(VIP6, 53, .ping = true, .base = 1),
		  SERVICE(VIP_2, 53), SERVICE(VIP_2, 54),
		  SERVICE(VIP6_2, 53, .base = 1),
		  SERVICE(VIP6_2, 54, .base = 1), HOST(OWN), HOST(OWN6),
		  { .direct = true,
		    .forward = LB_FORWARD_OWN,
		    NOTHING,
		    .address = DIRECT }),
	.RING(1, 2),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC),
		  BACKEND(BACKEND6_1, 0, BACKEND1_MAC)),
};
static const struct fixture without = {
	.SERVICES(SERVICE(VIP, 53)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
	.without = FIXTURE_FEATURE(SOURCE),
};
#define ONLY(name, how)                                                        \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP, 53, .balance = LB_BALANCE_SOURCE,       \
				  .forward = LB_FORWARD_##how)),               \
		.RING(1),                                                      \
		.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),                \
	}
ONLY(dsr, DSR);
ONLY(snat, SNAT);
ONLY(ipip, IPIP);

#define FROM(...)  PACKET(.saddr = __VA_ARGS__), DROPPED(BAD_SOURCE)
#define FROM6(...) PACKET6(.saddr = __VA_ARGS__), DROPPED(BAD_SOURCE)
#define SENT(...)                                                              \
	PACKET(.saddr = __VA_ARGS__), FORWARDED(1, TO_1, .saddr = __VA_ARGS__)
#define SENT6(...)                                                             \
	PACKET6(.saddr = __VA_ARGS__),                                         \
		FORWARDED6(2, TO6_1, .saddr = __VA_ARGS__)

const struct packet_case cases_source[] = {
	{ "source-0", &world, FROM(IP4(0, 0, 0, 0)) },
	{ "source-0-last", &world, FROM(IP4(0, 255, 255, 255)) },
	{ "source-1", &world, SENT(IP4(1, 0, 0, 0)) },
	{ "source-126", &world, SENT(IP4(126, 255, 255, 255)) },
	{ "source-127", &world, FROM(IP4(127, 0, 0, 1)) },
	{ "source-127-last", &world, FROM(IP4(127, 255, 255, 255)) },
	{ "source-128", &world, SENT(IP4(128, 0, 0, 0)) },
	{ "source-223", &world, SENT(IP4(223, 255, 255, 255)) },
	{ "source-224", &world, FROM(IP4(224, 0, 0, 0)) },
	{ "source-239", &world, FROM(IP4(239, 255, 255, 255)) },
	{ "source-class-e", &world, SENT(IP4(240, 0, 0, 1)) },
	{ "source-class-e-last", &world, SENT(IP4(255, 255, 255, 254)) },
	{ "source-broadcast", &world, FROM(IP4(255, 255, 255, 255)) },
	{ "source-vip-itself", &world, FROM(VIP) },
	{ "source-other-vip", &world, FROM(VIP_2) },
	{ "source-own", &world, FROM(OWN) },
	{ "source-direct", &world, SENT(DIRECT) },
	{ "source-backend", &world, SENT(BACKEND_1) },
	{ "source-vip-asked", &world,
	  PACKET(.saddr = VIP, .daddr = VIP_2, .dport = 54),
	  DROPPED(BAD_SOURCE) },
	{ "source-vlan", &world,
	  PACKET(.saddr = IP4(127, 0, 0, 1), TAG({ Q, 7 })),
	  DROPPED(BAD_SOURCE) },
	{ "source-vlan-own", &world, PACKET(.saddr = OWN, TAG({ Q, 7 })),
	  DROPPED(BAD_SOURCE) },
	{ "source-dsr", &dsr, FROM(VIP) },
	{ "source-snat", &snat, FROM(IP4(0, 0, 0, 0)) },
	{ "source-tunnel", &ipip, FROM(IP4(224, 0, 0, 1)) },
	{ "source-fragment", &dsr,
	  PACKET(.saddr = VIP, .fragment = 0x00b9, .body = PACKET_RAW),
	  DROPPED(BAD_SOURCE) },
	{ "source-ping", &world,
	  PACKET(.saddr = IP4(255, 255, 255, 255), .body = PACKET_ICMP,
		 .icmp_type = 8),
	  DROPPED(BAD_SOURCE) },
	{ "source-ping-vip", &world,
	  PACKET(.saddr = VIP, .body = PACKET_ICMP, .icmp_type = 8),
	  DROPPED(BAD_SOURCE) },
	{ "source-error", &world,
	  PACKET(.saddr = IP4(127, 0, 0, 1), .body = PACKET_ICMP,
		 .icmp_type = 3, .icmp_code = 3, .payload = 0,
		 .embedded = EMBEDDED(.saddr = VIP, .daddr = CLIENT,
				      .sport = 53, .dport = 40000)),
	  DROPPED(BAD_SOURCE) },

	/* What is not balanced is the kernel's to judge. */
	{ "source-to-own", &world, PACKET(.saddr = VIP, .daddr = OWN),
	  PASSED(NO_SERVICE) },
	{ "source-to-other-port", &world,
	  PACKET(.saddr = IP4(0, 0, 0, 0), .dport = 55), PASSED(NO_SERVICE) },
	{ "source-to-nobody", &world,
	  PACKET(.saddr = VIP, .daddr = IP4(192, 0, 2, 77)),
	  PASSED(NO_SERVICE) },

	{ "source6-0", &world, FROM6(IP6(0, 0, 0, 0)) },
	{ "source6-loopback", &world, FROM6(IP6(0, 0, 0, 1)) },
	{ "source6-compatible", &world, FROM6(IP6(0, 0, 0, 0xc6336407)) },
	{ "source6-translated", &world, SENT6(IP6(0, 0, 0xffff0000, 1)) },
	{ "source6-nat64", &world, SENT6(IP6(0x0064ff9b, 0, 0, 1)) },
	{ "source6-multicast", &world, FROM6(IP6(0xff020000, 0, 0, 1)) },
	{ "source6-multicast-last", &world,
	  FROM6(IP6(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)) },
	{ "source6-link-local", &world, SENT6(IP6(0xfe800000, 0, 0, 1)) },
	{ "source6-vip-itself", &world, FROM6(VIP6) },
	{ "source6-other-vip", &world, FROM6(VIP6_2) },
	{ "source6-own", &world, FROM6(OWN6) },
	{ "source6-to-own", &world, PACKET6(.saddr = VIP6, .daddr = OWN6),
	  PASSED(NO_SERVICE) },

	{ "without-source", &without, PACKET(.saddr = VIP),
	  FORWARDED(1, TO_1, .saddr = VIP) },
	{ "without-source-martian", &without,
	  PACKET(.saddr = IP4(127, 0, 0, 1)),
	  FORWARDED(1, TO_1, .saddr = IP4(127, 0, 0, 1)) },
	{ 0 },
};
