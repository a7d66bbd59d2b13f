/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * QUIC: the server id in the connection id, else the flow.  Slots go to the
 * backends 1 ... 8, so that a 7 where the flow says 3 can only be the id's.
 */
#include "world.h"

#define QUIC .balance = LB_BALANCE_QUIC, .mask = 7
#define IDS                                                                    \
	.SERVER_IDS({ 1, 0, 4, { 0xaa, 0xbb, 0xcc, 0xdd }, 7 },                \
		    { 1, 0, 4, { 0xaa, 0xbb, 0xcc, 0xde }, 8 },                \
		    { 1, 5, 8, { 1, 2, 3, 4, 5, 6, 7, 8 }, 6 },                \
		    { 1, 6, 1, { 0x55 }, 5 },                                  \
		    { 2, 0, 4, { 0x11, 0x22, 0x33, 0x44 }, 4 },                \
		    { 2, 1, 4, { 0xaa, 0xbb, 0xcc, 0xdd }, 2 })

static const struct fixture nat = {
	.SERVICES(SERVICE(VIP, 53, QUIC, .id = 1)),
	EIGHT_BACKENDS,
	IDS,
};
static const struct fixture nat6 = {
	.SERVICES(SERVICE(VIP6, 53, QUIC, .id = 1)),
	EIGHT_BACKENDS6,
	IDS,
};
static const struct fixture dsr = {
	.SERVICES(SERVICE(VIP, 53, QUIC, .id = 1, .forward = LB_FORWARD_DSR)),
	EIGHT_BACKENDS,
	IDS,
};
/* Only who balances by QUIC looks into it. */
static const struct fixture flow = {
	.SERVICES(SERVICE(VIP, 53, .mask = 7, .id = 1)),
	EIGHT_BACKENDS,
	IDS,
};
static const struct fixture no_slots = {
	.SERVICES(SERVICE(VIP, 53, .balance = LB_BALANCE_QUIC, .id = 1)),
	.RING(0),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC), { .port = 0 },
		  { .port = 0 }, { .port = 0 }, { .port = 0 }, { .port = 0 },
		  BACKEND(BACKEND_1, 0, 14)),
	IDS,
};

/* Config in the id's first three bits; the rest of that byte is noise. */
#define BYTES(name, ...) static const uint8_t name[] = { __VA_ARGS__ }
#define WITH(name)	 .bytes = name, .n_bytes = sizeof(name)
#define SHORT_HEADER	 0x40
#define LONG_HEADER(n)	 0xc3, 0, 0, 0, 1, n

BYTES(short_4, SHORT_HEADER, 0x1f, 0xaa, 0xbb, 0xcc, 0xdd, 9, 9, 9, 9);
BYTES(short_4_noise, 0x7f, 0x00, 0xaa, 0xbb, 0xcc, 0xdd, 1, 2, 3, 4);
BYTES(short_4_other, SHORT_HEADER, 0x1f, 0xaa, 0xbb, 0xcc, 0xde, 9, 9, 9, 9);
BYTES(short_4_unknown, SHORT_HEADER, 0x1f, 0xaa, 0xbb, 0xcc, 0xdf, 9, 9, 9, 9);
BYTES(short_8, SHORT_HEADER, 0xa8, 1, 2, 3, 4, 5, 6, 7, 8);
BYTES(short_8_unknown, SHORT_HEADER, 0xa8, 1, 2, 3, 4, 5, 6, 7, 9);
BYTES(short_1, SHORT_HEADER, 0xc0, 0x55, 9, 9, 9, 9, 9, 9, 9);
BYTES(short_config_7, SHORT_HEADER, 0xe0, 0xaa, 0xbb, 0xcc, 0xdd, 9, 9, 9, 9);
BYTES(short_config_2, SHORT_HEADER, 0x5f, 0xaa, 0xbb, 0xcc, 0xdd, 9, 9, 9, 9);
BYTES(short_config_1, SHORT_HEADER, 0x3f, 0xaa, 0xbb, 0xcc, 0xdd, 9, 9, 9, 9);
BYTES(short_of_service_2, SHORT_HEADER, 0x1f, 0x11, 0x22, 0x33, 0x44, 9, 9, 9);
BYTES(short_all_zero, SHORT_HEADER, 0, 0, 0, 0, 0, 0, 0, 0, 0);
BYTES(long_4, LONG_HEADER(8), 0x1f, 0xaa, 0xbb, 0xcc, 0xdd, 9, 9, 9, 9);
BYTES(long_4_is_5, LONG_HEADER(5), 0x1f, 0xaa, 0xbb, 0xcc, 0xdd, 9, 9, 9, 9);
BYTES(long_4_is_4, LONG_HEADER(4), 0x1f, 0xaa, 0xbb, 0xcc, 0xdd, 9, 9, 9, 9);
BYTES(long_4_is_0, LONG_HEADER(0), 0x1f, 0xaa, 0xbb, 0xcc, 0xdd, 9, 9, 9, 9);
BYTES(long_4_is_20, LONG_HEADER(20), 0x1f, 0xaa, 0xbb, 0xcc, 0xdd, 9, 9, 9, 9);
BYTES(long_4_unknown, LONG_HEADER(8), 0x1f, 0xaa, 0xbb, 0xcc, 0xd0, 9, 9, 9, 9);
BYTES(long_8, LONG_HEADER(9), 0xbf, 1, 2, 3, 4, 5, 6, 7, 8);
BYTES(long_8_is_8, LONG_HEADER(8), 0xbf, 1, 2, 3, 4, 5, 6, 7, 8);
BYTES(long_config_7, LONG_HEADER(9), 0xff, 0xaa, 0xbb, 0xcc, 0xdd, 9, 9, 9, 9);
BYTES(long_of_version_2, 0x80, 0x6b, 0x33, 0x43, 0xcf, 9, 0x1f, 0xaa, 0xbb,
      0xcc, 0xdd, 9, 9, 9, 9);

/* To a backend by number, where the bytes come along. */
#define TO_BACKEND(n, name, ...)                                               \
	FORWARDED(n, .eth_dst = (n)*2, .daddr = BACKEND_1, .dport = (n),       \
		  WITH(name), __VA_ARGS__)
#define BY_FLOW(name, ...) TO_BACKEND(FLOW4_SLOT + 1, name, __VA_ARGS__)
#define TO_BACKEND6(n, name, ...)                                              \
	FORWARDED6(n, .eth_dst = (n)*2, .daddr = BACKEND6_1, .dport = (n),     \
		   WITH(name), __VA_ARGS__)

#define KNOWN(name, bytes, n)                                                  \
	{                                                                      \
		"quic-" name, &nat, PACKET(WITH(bytes)), TO_BACKEND(n, bytes)  \
	}
#define UNKNOWN(name, bytes)                                                   \
	{                                                                      \
		"quic-" name, &nat, PACKET(WITH(bytes)), BY_FLOW(bytes)        \
	}

const struct packet_case cases_quic[] = {
	KNOWN("short", short_4, 7),
	KNOWN("short-noise", short_4_noise, 7),
	KNOWN("short-other", short_4_other, 8),
	KNOWN("short-all-8", short_8, 6),
	KNOWN("short-of-1", short_1, 5),
	KNOWN("long", long_4, 7),
	KNOWN("long-just-enough", long_4_is_5, 7),
	KNOWN("long-20", long_4_is_20, 7),
	KNOWN("long-all-8", long_8, 6),
	KNOWN("long-of-version-2", long_of_version_2, 7),
	UNKNOWN("short-unknown", short_4_unknown),
	UNKNOWN("short-all-8-unknown", short_8_unknown),
	UNKNOWN("short-config-7", short_config_7),
	UNKNOWN("short-config-not-in-use", short_config_2),
	UNKNOWN("short-config-of-the-other", short_config_1),
	UNKNOWN("short-id-of-the-other", short_of_service_2),
	UNKNOWN("short-all-zero", short_all_zero),
	UNKNOWN("long-unknown", long_4_unknown),
	UNKNOWN("long-as-long-as-the-id", long_4_is_4),
	UNKNOWN("long-without-id", long_4_is_0),
	UNKNOWN("long-all-8-too-short", long_8_is_8),
	UNKNOWN("long-config-7", long_config_7),
	{ "quic-short-10-bytes", &nat, PACKET(WITH(short_4), .payload = 10),
	  TO_BACKEND(7, short_4, .payload = 10) },
	{ "quic-short-9-bytes", &nat,
	  PACKET(.bytes = short_4, .n_bytes = 9, .payload = 9),
	  BY_FLOW(short_4, .n_bytes = 9, .payload = 9) },
	{ "quic-short-9-bytes-padded", &nat,
	  PACKET(.bytes = short_4, .n_bytes = 9, .payload = 9, .padding = 9),
	  BY_FLOW(short_4, .n_bytes = 9, .payload = 9, .padding = 9) },
	{ "quic-short-udp-9-bytes", &nat,
	  PACKET(WITH(short_4), .udp_length = 17),
	  BY_FLOW(short_4, .udp_length = 17) },
	{ "quic-long-15-bytes", &nat, PACKET(WITH(long_4), .payload = 15),
	  TO_BACKEND(7, long_4, .payload = 15) },
	{ "quic-long-14-bytes", &nat,
	  PACKET(.bytes = long_4, .n_bytes = 14, .payload = 14),
	  BY_FLOW(long_4, .n_bytes = 14, .payload = 14) },
	{ "quic-long-udp-14-bytes", &nat,
	  PACKET(WITH(long_4), .udp_length = 22),
	  BY_FLOW(long_4, .udp_length = 22) },
	{ "quic-no-payload", &nat, PACKET(.payload = 0),
	  FORWARDED(FLOW4_SLOT + 1, .eth_dst = SLOT_MAC(FLOW4_SLOT),
		    .daddr = BACKEND_1, .dport = FLOW4_SLOT + 1,
		    .payload = 0) },
	{ "quic-vlan", &nat, PACKET(WITH(long_4), TAG({ AD, 1 }, { Q, 2 })),
	  TO_BACKEND(7, long_4, TAG({ AD, 1 }, { Q, 2 })) },
	{ "quic-other-client-same-server", &nat,
	  PACKET(WITH(short_4), .saddr = ROUTER, .sport = 1),
	  TO_BACKEND(7, short_4, .saddr = ROUTER, .sport = 1) },
	{ "quic-dsr", &dsr, PACKET(WITH(short_8)),
	  FORWARDED(6, WITH(short_8), .eth_dst = 12) },
	{ "quic-but-flow", &flow, PACKET(WITH(short_4)), BY_FLOW(short_4) },
	{ "quic-no-slots", &no_slots, PACKET(WITH(short_4)),
	  FORWARDED(7, WITH(short_4), .eth_dst = 14, .daddr = BACKEND_1) },
	{ "quic-no-slots-unknown", &no_slots, PACKET(WITH(short_4_unknown)),
	  DROPPED(NO_BACKEND) },
	{ "quic-first-fragment", &nat,
	  PACKET(WITH(short_4), .fragment = 0x2001), PASSED(FRAGMENT) },
	{ "quic6-short", &nat6, PACKET6(WITH(short_4)),
	  TO_BACKEND6(7, short_4) },
	{ "quic6-long", &nat6, PACKET6(WITH(long_8)), TO_BACKEND6(6, long_8) },
	{ "quic6-unknown", &nat6, PACKET6(WITH(short_4_unknown)),
	  TO_BACKEND6(FLOW6_SLOT + 1, short_4_unknown) },
	{ "quic6-extension", &nat6,
	  PACKET6(WITH(long_4), EXTENSIONS(EXTENSION(DESTINATION, 24))),
	  TO_BACKEND6(7, long_4, EXTENSIONS(EXTENSION(DESTINATION, 24))) },
	{ 0 },
};
