/* SPDX-License-Identifier: GPL-2.0-only */
/* Allow and deny: the longest prefix of the service decides. */
#include "world.h"

#define VIP_2	    IP4(192, 0, 2, 2)
#define VIP_3	    IP4(192, 0, 2, 3)
#define VIP_4	    IP4(192, 0, 2, 4)
#define VIP_5	    IP4(192, 0, 2, 5)
#define OTHER	    IP4(203, 0, 113, 200)
#define FILTER(id_) .filter = true, .id = (id_)

/* CLIENT is 198.51.100.7: what is around it changes with every length. */
static const struct fixture world = {
	.SERVICES(SERVICE(VIP, 53, FILTER(1)),
		  SERVICE(VIP_2, 53, FILTER(2), .deny = true),
		  SERVICE(VIP_3, 53, .id = 1, .deny = true),
		  SERVICE(VIP_4, 53, FILTER(4), .deny = true),
		  SERVICE(VIP_5, 53, FILTER(5)),
		  SERVICE(VIP6, 53, FILTER(1), .deny = true)),
	.PREFIXES({ 1, IP4(198, 51, 100, 0), 24, true },
		  { 1, IP4(198, 51, 100, 0), 28, false },
		  { 1, IP4(198, 51, 100, 4), 30, true },
		  { 1, CLIENT, 32, false },
		  { 1, IP4(198, 51, 0, 0), 16, false },
		  { 1, IP4(198, 0, 0, 0), 8, true },
		  { 1, IP6(0x20010db8, 0x00c10000, 0, 0), 32, false },
		  { 1, IP6(0x20010db8, 0x00c10000, 0x12345678, 0x9abcdef0), 124,
		    true },
		  { 2, CLIENT, 32, false }, { 2, IP4(0, 0, 0, 0), 0, false },
		  { 5, IP4(0, 0, 0, 0), 0, true },
		  { 5, IP4(198, 51, 100, 0), 25, false }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};
static const struct fixture world6 = {
	.SERVICES(SERVICE(VIP6, 53, FILTER(1), .deny = true)),
	.PREFIXES({ 1, IP6(0x20010db8, 0, 0, 0), 32, false },
		  { 1, IP6(0x20010db8, 0x00c10000, 0x12345678, 0x9abcdef0), 124,
		    true },
		  { 1, CLIENT6, 128, false },
		  { 1, IP6(0x20010db8, 0x00c20000, 0, 0), 48, true },
		  { 1, IP6(0x20000000, 0, 0, 0), 3, true },
		  { 1, IP4(198, 51, 100, 0), 24, false }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND6_1, 0, BACKEND1_MAC)),
};
static const struct fixture all6 = {
	.SERVICES(SERVICE(VIP6, 53, FILTER(3), .deny = true),
		  SERVICE(VIP, 53, FILTER(3), .deny = true)),
	.PREFIXES({ 3, IP6(0, 0, 0, 0), 0, false }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};
/* As many lengths as there may be. */
static const struct fixture eight_lengths = {
	.SERVICES(SERVICE(VIP, 53, FILTER(7))),
	.PREFIXES({ 7, IP4(10, 0, 0, 0), 32, false },
		  { 7, IP4(10, 0, 0, 0), 31, false },
		  { 7, IP4(10, 0, 0, 0), 30, false },
		  { 7, IP4(10, 0, 0, 0), 29, false },
		  { 7, IP4(10, 0, 0, 0), 28, false },
		  { 7, IP4(10, 0, 0, 0), 27, false },
		  { 7, IP4(10, 0, 0, 0), 26, false },
		  { 7, IP4(198, 0, 0, 0), 8, true }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};
static const struct fixture no_backend = {
	.SERVICES(SERVICE(VIP, 53, FILTER(1), .deny = true)),
	.RING(0),
};
static const struct fixture fragments = {
	.SERVICES(SERVICE(VIP, 53, FILTER(1), .balance = LB_BALANCE_SOURCE)),
	.PREFIXES({ 1, CLIENT, 32, true }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
	.REPLIES({ BACKEND_1, 53, VIP, 0, GATEWAY_MAC }),
};

#define FROM(name, tables, address, ...)                                       \
	{                                                                      \
		"filter-" name, &tables, PACKET(.saddr = IP4 address),         \
			__VA_ARGS__                                            \
	}
#define ALLOWED(address) FORWARDED(1, TO_1, .saddr = IP4 address)
#define ALLOW(name, tables, address)                                           \
	FROM(name, tables, address, ALLOWED(address))
#define DENY(name, tables, address) FROM(name, tables, address, DROPPED(DENIED))

const struct packet_case cases_filter[] = {
	ALLOW("by-32", world, (198, 51, 100, 7)),
	DENY("by-30", world, (198, 51, 100, 5)),
	ALLOW("by-28", world, (198, 51, 100, 8)),
	ALLOW("by-28-last", world, (198, 51, 100, 15)),
	DENY("by-24", world, (198, 51, 100, 16)),
	DENY("by-24-last", world, (198, 51, 100, 255)),
	ALLOW("by-16", world, (198, 51, 101, 0)),
	DENY("by-8", world, (198, 52, 0, 0)),
	ALLOW("by-none", world, (203, 0, 113, 200)),
	{ "filter-deny-others-listed", &world, PACKET(.daddr = VIP_2),
	  FORWARDED(1, TO_1) },
	{ "filter-deny-others-by-0", &world,
	  PACKET(.daddr = VIP_2, .saddr = OTHER),
	  FORWARDED(1, TO_1, .saddr = OTHER) },
	{ "filter-nothing-but-deny", &world, PACKET(.daddr = VIP_4),
	  DROPPED(DENIED) },
	{ "filter-by-0", &world, PACKET(.daddr = VIP_5, .saddr = OTHER),
	  DROPPED(DENIED) },
	{ "filter-longer-than-0", &world, PACKET(.daddr = VIP_5),
	  FORWARDED(1, TO_1) },
	{ "filter-off", &world, PACKET(.daddr = VIP_3, .saddr = OTHER),
	  FORWARDED(1, TO_1, .saddr = OTHER) },
	{ "filter-eighth-length", &eight_lengths, PACKET(), DROPPED(DENIED) },
	{ "filter-eight-lengths-none", &eight_lengths, PACKET(.saddr = OTHER),
	  FORWARDED(1, TO_1, .saddr = OTHER) },
	{ "filter-before-ttl", &world,
	  PACKET(.saddr = IP4(198, 51, 100, 16), .ttl = 1), DROPPED(DENIED) },
	{ "filter-before-backend", &no_backend, PACKET(), DROPPED(DENIED) },
	{ "filter-first-fragment", &fragments, PACKET(.fragment = 0x2000),
	  DROPPED(DENIED) },
	{ "filter-later-fragment", &fragments,
	  PACKET(.fragment = 0x00b9, .body = PACKET_RAW), DROPPED(DENIED) },
	{ "filter-later-fragment-allowed", &fragments,
	  PACKET(.fragment = 0x00b9, .body = PACKET_RAW, .saddr = OTHER),
	  FORWARDED(1, TO_1, .fragment = 0x00b9, .body = PACKET_RAW,
		    .saddr = OTHER) },
	{ "filter-not-for-replies", &fragments,
	  PACKET(.saddr = BACKEND_1, .sport = 53, .daddr = CLIENT,
		 .dport = 40000),
	  REPLIED(.saddr = VIP, .sport = 53, .daddr = CLIENT, .dport = 40000) },

	{ "filter6-by-128", &world6, PACKET6(), FORWARDED6(1, TO6_1) },
	{ "filter6-by-124", &world6,
	  PACKET6(.saddr = IP6(0x20010db8, 0x00c10000, 0x12345678, 0x9abcdef8)),
	  DROPPED(DENIED) },
	{ "filter6-by-32", &world6,
	  PACKET6(.saddr = IP6(0x20010db8, 0x00c10000, 0x12345678, 0x9abcdf00)),
	  FORWARDED6(1, TO6_1,
		     .saddr = IP6(0x20010db8, 0x00c10000, 0x12345678,
				  0x9abcdf00)) },
	{ "filter6-by-48", &world6,
	  PACKET6(.saddr = IP6(0x20010db8, 0x00c2ffff, 0, 1)),
	  DROPPED(DENIED) },
	{ "filter6-by-3", &world6, PACKET6(.saddr = IP6(0x3fff0000, 0, 0, 1)),
	  DROPPED(DENIED) },
	{ "filter6-by-none", &world6,
	  PACKET6(.saddr = IP6(0xfd000000, 0, 0, 1)), DROPPED(DENIED) },
	{ "filter6-of-both-families", &world,
	  PACKET6(.daddr = VIP6, .saddr = CLIENT6), DROPPED(DENIED) },
	/* ::/0 is 0 of 128 bits, so it has the IPv4 addresses in it as well. */
	{ "filter6-by-0", &all6, PACKET6(.ttl = 1), DROPPED(TTL_EXPIRED) },
	{ "filter6-by-0-has-ip4", &all6, PACKET(), FORWARDED(1, TO_1) },
	{ 0 },
};
