/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose packet it is, where addresses share a bucket and where they do not.
 * The addresses were searched for; the assertions below compute their buckets
 * once more, from lb_abi.h's words.
 */
#include "world.h"

/* Both in VIP's bucket, and in BACKEND_1's. */
#define VIP_NEAR       IP4(198, 18, 16, 157)
#define VIP_NEARBY     IP4(198, 18, 34, 22)
#define BACKEND_NEAR   IP4(10, 0, 18, 132)
#define BACKEND_NEARBY IP4(10, 0, 36, 253)
/* The same of VIP6 and BACKEND6_1. */
#define VIP6_NEAR	IP6(0x20010db8, 0, 0, 0x127a)
#define VIP6_NEARBY	IP6(0x20010db8, 0, 0, 0x24f3)
#define BACKEND6_NEAR	IP6(0x20010db8, 0x000a0000, 0, 0x128a)
#define BACKEND6_NEARBY IP6(0x20010db8, 0x000a0000, 0, 0x2403)

#define LE(word)                                                               \
	((word) >> 24 | ((word) >> 8 & 0xff00) | ((word)&0xff00) << 8 |        \
	 (word) << 24)
#define BUCKET(sum, bits) (((sum)*0x61c88647U & 0xffffffff) >> (32 - (bits)))
#define BUCKET4(a, b, c, d, bits)                                              \
	BUCKET(LE((a) << 24 | (b) << 16 | (c) << 8 | (d##U)), bits)
/* The first words are alike, so that they add the same. */
#define FIRST_WORDS(second)                                                    \
	(LE(0x20010db8U) * 0x3c6ef373U + LE(second##U) * 0x5851f42dU)
#define BUCKET6(second, last, bits)                                            \
	BUCKET(FIRST_WORDS(second) + LE(last##U), bits)

_Static_assert(BUCKET4(192U, 0, 2, 1, 12) == BUCKET4(198U, 18, 16, 157, 12) &&
		       BUCKET4(192U, 0, 2, 1, 12) ==
			       BUCKET4(198U, 18, 34, 22, 12),
	       "IPv4 VIPs in one bucket");
_Static_assert(BUCKET4(10U, 0, 0, 11, 13) == BUCKET4(10U, 0, 18, 132, 13) &&
		       BUCKET4(10U, 0, 0, 11, 13) ==
			       BUCKET4(10U, 0, 36, 253, 13),
	       "IPv4 backends in one bucket");
_Static_assert(BUCKET6(0, 1, 12) == BUCKET6(0, 0x127a, 12) &&
		       BUCKET6(0, 1, 12) == BUCKET6(0, 0x24f3, 12),
	       "IPv6 VIPs in one bucket");
_Static_assert(BUCKET6(0x000a0000, 0x11, 13) ==
			       BUCKET6(0x000a0000, 0x128a, 13) &&
		       BUCKET6(0x000a0000, 0x11, 13) ==
			       BUCKET6(0x000a0000, 0x2403, 13),
	       "IPv6 backends in one bucket");
_Static_assert(LB_VIP_BITS == 12 && LB_HOST_BITS == 13,
	       "the addresses were searched for with these");

#define TWO_BACKENDS                                                           \
	.RING(1, 2), .BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC),            \
			       BACKEND(BACKEND_2, 0, BACKEND2_MAC))
#define TWO_BACKENDS6                                                          \
	.RING(1, 2), .BACKENDS(BACKEND(BACKEND6_1, 0, BACKEND1_MAC),           \
			       BACKEND(BACKEND6_2, 0, BACKEND2_MAC))

static const struct fixture alone = { .SERVICES(SERVICE(VIP, 53)),
				      TWO_BACKENDS };
static const struct fixture alone_all = { .SERVICES(SERVICE(VIP, 0)),
					  TWO_BACKENDS };
static const struct fixture alone_range = {
	.SERVICES(SERVICE(VIP, 5001), SERVICE(VIP, 5000), SERVICE(VIP, 5002)),
	TWO_BACKENDS,
};
static const struct fixture with_gap = {
	.SERVICES(SERVICE(VIP, 5000), SERVICE(VIP, 5002)),
	TWO_BACKENDS,
};
static const struct fixture range_to_the_end = {
	.SERVICES(SERVICE(VIP, 65534), SERVICE(VIP, 65535)),
	TWO_BACKENDS,
};
static const struct fixture two_ports = {
	.SERVICES(SERVICE(VIP, 53), SERVICE(VIP_NEAR, 53, .base = 1)),
	TWO_BACKENDS,
};
static const struct fixture two_all = {
	.SERVICES(SERVICE(VIP, 0), SERVICE(VIP_NEAR, 0, .base = 1)),
	TWO_BACKENDS,
};
static const struct fixture port_and_all = {
	.SERVICES(SERVICE(VIP, 53), SERVICE(VIP_NEAR, 0, .base = 1)),
	TWO_BACKENDS,
};
static const struct fixture exact_first = {
	.SERVICES(SERVICE(VIP, 0), SERVICE(VIP, 53, .base = 1),
		  SERVICE(VIP_NEAR, 7)),
	TWO_BACKENDS,
};
static const struct fixture alone6 = { .SERVICES(SERVICE(VIP6, 53)),
				       TWO_BACKENDS6 };
static const struct fixture two6 = {
	.SERVICES(SERVICE(VIP6, 53), SERVICE(VIP6_NEAR, 0, .base = 1)),
	TWO_BACKENDS6,
};
/* Of the same four words but for what says IPv4. */
static const struct fixture both = {
	.SERVICES(SERVICE(VIP, 53), SERVICE(VIP6, 53, .base = 1)),
	.RING(1, 2),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC),
		  BACKEND(BACKEND6_2, 0, BACKEND2_MAC)),
};
static const struct fixture hosts = {
	.REPLIES({ BACKEND_1, 53, VIP, 0, GATEWAY_MAC },
		 { BACKEND_NEAR, 0, VIP_NEAR, 0, GATEWAY_MAC },
		 { BACKEND_2, 53, VIP, 0, GATEWAY_MAC }),
};
static const struct fixture hosts6 = {
	.REPLIES({ BACKEND6_1, 53, VIP6, 0, GATEWAY_MAC },
		 { BACKEND6_NEAR, 0, VIP6_NEAR, 0, GATEWAY_MAC },
		 { BACKEND6_2, 0, VIP6, 0, GATEWAY_MAC }),
};
static const struct fixture nothing = { 0 };

#define ANSWER(from, ...)                                                      \
	PACKET(.saddr = from, .sport = 53, .daddr = CLIENT, .dport = 40000,    \
	       __VA_ARGS__)
#define ANSWERED(from, ...)                                                    \
	REPLIED(.saddr = from, .sport = 53, .daddr = CLIENT, .dport = 40000,   \
		__VA_ARGS__)
#define ANSWER6(from, ...)                                                     \
	PACKET6(.saddr = from, .sport = 53, .daddr = CLIENT6, .dport = 40000,  \
		__VA_ARGS__)
#define ANSWERED6(from, ...)                                                   \
	REPLIED6(.saddr = from, .sport = 53, .daddr = CLIENT6, .dport = 40000, \
		 __VA_ARGS__)

const struct packet_case cases_bucket[] = {
	{ "bucket-alone", &alone, PACKET(), FORWARDED(1, TO_1) },
	{ "bucket-alone-other-port", &alone, PACKET(.dport = 52),
	  PASSED(NO_SERVICE) },
	{ "bucket-alone-port-0", &alone, PACKET(.dport = 0),
	  PASSED(NO_SERVICE) },
	{ "bucket-alone-other-address", &alone, PACKET(.daddr = VIP_NEAR),
	  PASSED(NO_SERVICE) },
	{ "bucket-alone-all-ports", &alone_all, PACKET(.dport = 65535),
	  FORWARDED(1, TO_1, .dport = 65535) },
	{ "bucket-alone-all-ports-0", &alone_all, PACKET(.dport = 0),
	  FORWARDED(1, TO_1, .dport = 0) },
	{ "bucket-alone-all-ports-other-address", &alone_all,
	  PACKET(.daddr = VIP_NEAR), PASSED(NO_SERVICE) },
	{ "bucket-range-before", &alone_range, PACKET(.dport = 4999),
	  PASSED(NO_SERVICE) },
	{ "bucket-range-first", &alone_range, PACKET(.dport = 5000),
	  FORWARDED(1, TO_1, .dport = 5000) },
	{ "bucket-range-last", &alone_range, PACKET(.dport = 5002),
	  FORWARDED(1, TO_1, .dport = 5002) },
	{ "bucket-range-after", &alone_range, PACKET(.dport = 5003),
	  PASSED(NO_SERVICE) },
	/* 5001 as the wire's bytes the other way round. */
	{ "bucket-range-swapped", &alone_range, PACKET(.dport = 0x8913),
	  PASSED(NO_SERVICE) },
	{ "bucket-range-to-the-end", &range_to_the_end, PACKET(.dport = 65535),
	  FORWARDED(1, TO_1, .dport = 65535) },
	{ "bucket-gap-before", &with_gap, PACKET(.dport = 5000),
	  FORWARDED(1, TO_1, .dport = 5000) },
	{ "bucket-gap", &with_gap, PACKET(.dport = 5001), PASSED(NO_SERVICE) },
	{ "bucket-gap-after", &with_gap, PACKET(.dport = 5002),
	  FORWARDED(1, TO_1, .dport = 5002) },

	{ "bucket-two-first", &two_ports, PACKET(), FORWARDED(1, TO_1) },
	{ "bucket-two-second", &two_ports, PACKET(.daddr = VIP_NEAR),
	  FORWARDED(2, TO_2) },
	{ "bucket-two-nobody", &two_ports, PACKET(.daddr = VIP_NEARBY),
	  PASSED(NO_SERVICE) },
	{ "bucket-two-other-port", &two_ports, PACKET(.dport = 54),
	  PASSED(NO_SERVICE) },
	{ "bucket-two-port-0", &two_ports, PACKET(.dport = 0),
	  PASSED(NO_SERVICE) },
	{ "bucket-two-all-first", &two_all, PACKET(), FORWARDED(1, TO_1) },
	{ "bucket-two-all-second", &two_all, PACKET(.daddr = VIP_NEAR),
	  FORWARDED(2, TO_2) },
	{ "bucket-two-all-0", &two_all, PACKET(.dport = 0),
	  FORWARDED(1, TO_1, .dport = 0) },
	{ "bucket-two-all-nobody", &two_all, PACKET(.daddr = VIP_NEARBY),
	  PASSED(NO_SERVICE) },
	{ "bucket-port-and-all-port", &port_and_all, PACKET(),
	  FORWARDED(1, TO_1) },
	{ "bucket-port-and-all-other-port", &port_and_all, PACKET(.dport = 54),
	  PASSED(NO_SERVICE) },
	{ "bucket-port-and-all-all", &port_and_all, PACKET(.daddr = VIP_NEAR),
	  FORWARDED(2, TO_2) },
	{ "bucket-exact-before-all", &exact_first, PACKET(),
	  FORWARDED(2, TO_2) },
	{ "bucket-all-after-exact", &exact_first, PACKET(.dport = 54),
	  FORWARDED(1, TO_1, .dport = 54) },
	{ "bucket-exact-of-the-other", &exact_first,
	  PACKET(.daddr = VIP_NEAR, .dport = 7),
	  FORWARDED(1, TO_1, .dport = 7) },

	{ "bucket6-alone-other-address", &alone6, PACKET6(.daddr = VIP6_NEAR),
	  PASSED(NO_SERVICE) },
	{ "bucket6-two-first", &two6, PACKET6(), FORWARDED6(1, TO6_1) },
	{ "bucket6-two-second", &two6, PACKET6(.daddr = VIP6_NEAR, .dport = 9),
	  FORWARDED6(2, TO6_2, .dport = 9) },
	{ "bucket6-two-nobody", &two6, PACKET6(.daddr = VIP6_NEARBY),
	  PASSED(NO_SERVICE) },
	{ "bucket6-two-other-port", &two6, PACKET6(.dport = 54),
	  PASSED(NO_SERVICE) },
	{ "bucket-both-families-4", &both, PACKET(), FORWARDED(1, TO_1) },
	{ "bucket-both-families-6", &both, PACKET6(), FORWARDED6(2, TO6_2) },

	/* An empty bucket has the address 0, and is not for it. */
	{ "bucket-to-0", &nothing, PACKET(.daddr = IP4(0, 0, 0, 0)),
	  PASSED(NO_SERVICE) },
	{ "bucket-to-0-port-0", &nothing,
	  PACKET(.daddr = IP4(0, 0, 0, 0), .dport = 0), PASSED(NO_SERVICE) },
	{ "bucket-from-0", &nothing, PACKET(.saddr = IP4(0, 0, 0, 0)),
	  PASSED(NO_SERVICE) },
	{ "bucket-later-fragment-to-0", &nothing,
	  PACKET(.daddr = IP4(0, 0, 0, 0), .fragment = 3, .body = PACKET_RAW),
	  PASSED(NO_SERVICE) },
	{ "bucket-ping-to-0", &nothing,
	  PACKET(.daddr = IP4(0, 0, 0, 0), .body = PACKET_ICMP, .icmp_type = 8),
	  PASSED(ICMP) },

	{ "host-two-first", &hosts, ANSWER(BACKEND_1), ANSWERED(VIP) },
	{ "host-two-first-other-port", &hosts, ANSWER(BACKEND_1, .sport = 54),
	  PASSED(NO_SERVICE) },
	{ "host-two-second", &hosts, ANSWER(BACKEND_NEAR), ANSWERED(VIP_NEAR) },
	{ "host-two-second-other-port", &hosts,
	  ANSWER(BACKEND_NEAR, .sport = 0), ANSWERED(VIP_NEAR, .sport = 0) },
	{ "host-two-nobody", &hosts, ANSWER(BACKEND_NEARBY),
	  PASSED(NO_SERVICE) },
	{ "host-alone", &hosts, ANSWER(BACKEND_2), ANSWERED(VIP) },
	{ "host-alone-other-port", &hosts, ANSWER(BACKEND_2, .sport = 13568),
	  PASSED(NO_SERVICE) },
	{ "host6-two-first", &hosts6, ANSWER6(BACKEND6_1), ANSWERED6(VIP6) },
	{ "host6-two-first-other-port", &hosts6,
	  ANSWER6(BACKEND6_1, .sport = 54), PASSED(NO_SERVICE) },
	{ "host6-two-second", &hosts6, ANSWER6(BACKEND6_NEAR),
	  ANSWERED6(VIP6_NEAR) },
	{ "host6-two-nobody", &hosts6, ANSWER6(BACKEND6_NEARBY),
	  PASSED(NO_SERVICE) },
	{ "host6-alone-all-ports", &hosts6, ANSWER6(BACKEND6_2, .sport = 999),
	  ANSWERED6(VIP6, .sport = 999) },
	{ "host6-hops-1", &hosts6, ANSWER6(BACKEND6_1, .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ 0 },
};
