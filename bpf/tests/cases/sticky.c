/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flows that stay: the ring says backend 1, so who gets something else was
 * remembered.  Backend 3 serves nobody, 4 only another service.
 */
#include "world.h"

#define SELF  7 /* the service's number */
#define OTHER 8
#define PORTS (40000U << 16 | 53)
#define FOUR                                                                   \
	.RING(1),                                                              \
		.BACKENDS(                                                     \
			BACKEND(BACKEND_1, 0, BACKEND1_MAC, .sticky = SELF),   \
			BACKEND(BACKEND_2, 0, BACKEND2_MAC, .sticky = SELF),   \
			BACKEND(BACKEND_2, 0, BACKEND2_MAC),                   \
			BACKEND(BACKEND_2, 0, BACKEND2_MAC, .sticky = OTHER))
#define FOUR6                                                                  \
	.RING(1),                                                              \
		.BACKENDS(                                                     \
			BACKEND(BACKEND6_1, 0, BACKEND1_MAC, .sticky = SELF),  \
			BACKEND(BACKEND6_2, 0, BACKEND2_MAC, .sticky = SELF),  \
			BACKEND(BACKEND6_2, 0, BACKEND2_MAC))
#define TUNNELS                                                                \
	.tunnels = { { .source4 = IP4(192, 0, 2, 250) },                       \
		     { .source4 = IP4(192, 0, 2, 250) } }

/* The default packet's, or one that differs from it. */
#define FLOW(to, ...)                                                          \
	{                                                                      \
		.sticky = SELF, .client = CLIENT, .ports = PORTS,              \
		.backend = (to), __VA_ARGS__                                   \
	}
#define FLOW6(to, ...)	     FLOW(to, .client = CLIENT6, __VA_ARGS__)
#define CLIENT_ONLY(to, ...) FLOW(to, .ports = 0, __VA_ARGS__)
#define ONCE		     .packets = 1
#define THEN(...)	     .FIXTURE_LIST_(flows, struct fixture_flow, __VA_ARGS__)

#define WORLD(name, ...)                                                       \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP, 53, .sticky = SELF, __VA_ARGS__)),      \
		FOUR,                                                          \
	}
#define WORLD_AT(name, at, ...)                                                \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP, 53, .sticky = SELF, __VA_ARGS__)),      \
		FOUR,                                                          \
		TUNNELS,                                                       \
		.FLOWS_OF(at),                                                 \
	}
#define WORLD6_AT(name, at, ...)                                               \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP6, 53, .sticky = SELF, __VA_ARGS__)),     \
		FOUR6,                                                         \
		.FLOWS_OF(at),                                                 \
	}
#define SOURCE .balance = LB_BALANCE_SOURCE

WORLD(unknown);
WORLD(unknown_source, SOURCE);
WORLD(denies, .filter = true, .deny = true);
WORLD_AT(there, FLOW(2));
WORLD_AT(at_1, FLOW(1));
WORLD_AT(dead, FLOW(3));
WORLD_AT(of_another, FLOW(4));
WORLD_AT(beyond, FLOW(99));
WORLD_AT(nobody, FLOW(LB_NO_BACKEND));
WORLD_AT(snat, FLOW(2), .forward = LB_FORWARD_SNAT);
WORLD_AT(dsr, FLOW(2), .forward = LB_FORWARD_DSR);
WORLD_AT(ipip, FLOW(2), .forward = LB_FORWARD_IPIP);
WORLD_AT(source, CLIENT_ONLY(2), SOURCE);
WORLD_AT(source_of_flow, FLOW(2), SOURCE);
WORLD6_AT(there6, FLOW6(2));
WORLD6_AT(dead6, FLOW6(3));
WORLD6_AT(dsr6, FLOW6(2), .forward = LB_FORWARD_DSR);
WORLD6_AT(source6, FLOW6(2, .ports = 0), SOURCE);

static const struct fixture unknown6 = {
	.SERVICES(SERVICE(VIP6, 53, .sticky = SELF)),
	FOUR6,
};

/* Each differs in one thing from the default packet's. */
#define NOT_IT                                                                 \
	FLOW(2, .sticky = OTHER), FLOW(2, .client = ROUTER),                   \
		FLOW(2, .ports = PORTS + 1), FLOW(2, .ports = PORTS + 65536),  \
		CLIENT_ONLY(2), FLOW6(2)
static const struct fixture others = {
	.SERVICES(SERVICE(VIP, 53, .sticky = SELF)),
	FOUR,
	.FLOWS_OF(NOT_IT),
};
/* All leave: the ring is empty, but flows may stay. */
static const struct fixture drained = {
	.SERVICES(SERVICE(VIP, 53, .sticky = SELF)),
	.RING(0),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC, .sticky = SELF)),
	.FLOWS_OF(FLOW(1)),
};
static const struct fixture drained_dead = {
	.SERVICES(SERVICE(VIP, 53, .sticky = SELF)),
	.RING(0),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
	.FLOWS_OF(FLOW(1)),
};
static const struct fixture drained_unknown = {
	.SERVICES(SERVICE(VIP, 53, .sticky = SELF)),
	.RING(0),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC, .sticky = SELF)),
};

/* As many as there is room for. */
#define F(n) FLOW(4, .sticky = OTHER, .ports = (n))
#define FIFTEEN                                                                \
	F(1), F(2), F(3), F(4), F(5), F(6), F(7), F(8), F(9), F(10), F(11),    \
		F(12), F(13), F(14), F(15)
#define FULL(name, ...)                                                        \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP, 53, .sticky = SELF)),                   \
		FOUR,                                                          \
		.FLOWS_OF(FIFTEEN, __VA_ARGS__),                               \
	}
FULL(full, F(16));
FULL(full_with, FLOW(2));
FULL(full_with_dead, FLOW(3));
static const struct fixture one_left = {
	.SERVICES(SERVICE(VIP, 53, .sticky = SELF)),
	FOUR,
	.FLOWS_OF(FIFTEEN),
};

/* A service beside it that remembers nothing, and its flows' number is 0. */
static const struct fixture not_sticky = {
	.SERVICES(SERVICE(VIP, 53), SERVICE(VIP, 54, .sticky = SELF)),
	FOUR,
	.FLOWS_OF(FLOW(2), FLOW(2, .sticky = 0)),
};
static const struct fixture without = {
	.SERVICES(SERVICE(VIP, 53, .sticky = SELF)),
	FOUR,
	.FLOWS_OF(FLOW(2)),
	.without = FIXTURE_FEATURE(STICKY),
};

#define FIRST  .fragment = 0x2000, .udp_length = 1480
#define LATER  .fragment = 0x00b9, .body = PACKET_RAW
#define FIRST6 EXTENSIONS(FRAGMENT6(1)), .udp_length = 1480
#define LATER6 EXTENSIONS(FRAGMENT6(0x05c8)), .body = PACKET_RAW

/* About what the VIP sent to the client, from a router on the way. */
#define QUOTE(...)                                                             \
	EMBEDDED(.saddr = VIP, .sport = 53, .daddr = CLIENT, .dport = 40000,   \
		 .ttl = 1, __VA_ARGS__)
#define ERROR_(...)                                                            \
	PACKET(.saddr = ROUTER, .body = PACKET_ICMP, .icmp_type = 3,           \
	       .icmp_code = 3, .embedded_length = 28, .payload = 0,            \
	       __VA_ARGS__)
#define ERROR ERROR_(.embedded = QUOTE())
#define SENT_1                                                                 \
	.reason = LB_REASON_ICMP_ERROR,                                        \
	.out = ERROR_(.eth_src = LB_MAC, .eth_dst = BACKEND1_MAC, .ttl = 63,   \
		      .daddr = BACKEND_1,                                      \
		      .embedded = QUOTE(.saddr = BACKEND_1))
#define SENT_2                                                                 \
	.reason = LB_REASON_ICMP_ERROR,                                        \
	.out = ERROR_(.eth_src = LB_MAC, .eth_dst = BACKEND2_MAC, .ttl = 63,   \
		      .daddr = BACKEND_2,                                      \
		      .embedded = QUOTE(.saddr = BACKEND_2))

const struct packet_case cases_sticky[] = {
	{ "sticky-new", &unknown, PACKET(), FORWARDED(1, TO_1), THEN(FLOW(1)) },
	{ "sticky-known", &there, PACKET(), FORWARDED(2, TO_2),
	  THEN(FLOW(2, ONCE)) },
	{ "sticky-known-as-the-ring-says", &at_1, PACKET(), FORWARDED(1, TO_1),
	  THEN(FLOW(1, ONCE)) },
	{ "sticky-others", &others, PACKET(), FORWARDED(1, TO_1),
	  THEN(NOT_IT, FLOW(1)) },
	{ "sticky-dead", &dead, PACKET(), FORWARDED(1, TO_1), THEN(FLOW(1)) },
	{ "sticky-backend-of-another", &of_another, PACKET(),
	  FORWARDED(1, TO_1), THEN(FLOW(1)) },
	{ "sticky-backend-beyond", &beyond, PACKET(), FORWARDED(1, TO_1),
	  THEN(FLOW(1)) },
	{ "sticky-backend-0", &nobody, PACKET(), FORWARDED(1, TO_1),
	  THEN(FLOW(1)) },
	{ "sticky-drained", &drained, PACKET(), FORWARDED(1, TO_1),
	  THEN(FLOW(1, ONCE)) },
	{ "sticky-drained-dead", &drained_dead, PACKET(), DROPPED(NO_BACKEND) },
	{ "sticky-drained-new", &drained_unknown, PACKET(),
	  DROPPED(NO_BACKEND) },
	{ "sticky-full", &full, PACKET(), FORWARDED(1, TO_1),
	  .flows_full = true },
	{ "sticky-full-known", &full_with, PACKET(), FORWARDED(2, TO_2),
	  THEN(FIFTEEN, FLOW(2, ONCE)) },
	{ "sticky-full-dead", &full_with_dead, PACKET(), FORWARDED(1, TO_1),
	  THEN(FIFTEEN, FLOW(1)) },
	{ "sticky-last-place", &one_left, PACKET(), FORWARDED(1, TO_1),
	  THEN(FIFTEEN, FLOW(1)) },
	{ "sticky-not", &not_sticky, PACKET(), FORWARDED(1, TO_1) },
	{ "sticky-without", &without, PACKET(), FORWARDED(1, TO_1) },

	{ "sticky-snat", &snat, PACKET(), FORWARDED(2, TO_2, .saddr = VIP),
	  THEN(FLOW(2, ONCE)) },
	{ "sticky-dsr", &dsr, PACKET(), FORWARDED(2, .eth_dst = BACKEND2_MAC),
	  THEN(FLOW(2, ONCE)) },
	{ "sticky-ipip", &ipip, PACKET(),
	  FORWARDED(2, .eth_dst = BACKEND2_MAC,
		    .outer = { .tunnel = PACKET_IPIP,
			       .source = IP4(192, 0, 2, 250),
			       .destination = BACKEND_2 }),
	  THEN(FLOW(2, ONCE)) },

	{ "sticky6-new", &unknown6, PACKET6(), FORWARDED6(1, TO6_1),
	  THEN(FLOW6(1)) },
	{ "sticky6-known", &there6, PACKET6(), FORWARDED6(2, TO6_2),
	  THEN(FLOW6(2, ONCE)) },
	{ "sticky6-other-client", &there6, PACKET6(.saddr = ROUTER6),
	  FORWARDED6(1, TO6_1, .saddr = ROUTER6),
	  THEN(FLOW6(2), FLOW(1, .client = ROUTER6)) },
	{ "sticky6-dead", &dead6, PACKET6(), FORWARDED6(1, TO6_1),
	  THEN(FLOW6(1)) },
	{ "sticky6-dsr", &dsr6, PACKET6(),
	  FORWARDED6(2, .eth_dst = BACKEND2_MAC), THEN(FLOW6(2, ONCE)) },

	/* By source: ports do not matter, so fragments follow. */
	{ "sticky-source-new", &unknown_source, PACKET(), FORWARDED(1, TO_1),
	  THEN(CLIENT_ONLY(1)) },
	{ "sticky-source", &source, PACKET(.sport = 1),
	  FORWARDED(2, TO_2, .sport = 1), THEN(CLIENT_ONLY(2, ONCE)) },
	{ "sticky-source-not-flow", &source_of_flow, PACKET(),
	  FORWARDED(1, TO_1), THEN(FLOW(2), CLIENT_ONLY(1)) },
	{ "sticky-source-first", &source, PACKET(FIRST),
	  FORWARDED(2, TO_2, FIRST), THEN(CLIENT_ONLY(2, ONCE)) },
	{ "sticky-source-later", &source, PACKET(LATER),
	  FORWARDED(2, TO_2, LATER), THEN(CLIENT_ONLY(2, ONCE)) },
	{ "sticky-source-later-new", &unknown_source, PACKET(LATER),
	  FORWARDED(1, TO_1, LATER), THEN(CLIENT_ONLY(1)) },
	{ "sticky6-source-first", &source6, PACKET6(FIRST6),
	  FORWARDED6(2, TO6_2, FIRST6), THEN(FLOW6(2, .ports = 0, ONCE)) },
	{ "sticky6-source-later", &source6, PACKET6(LATER6),
	  FORWARDED6(2, TO6_2, LATER6), THEN(FLOW6(2, .ports = 0, ONCE)) },
	{ "sticky-flow-first", &there, PACKET(FIRST), FORWARDED(2, TO_2, FIRST),
	  THEN(FLOW(2, ONCE)) },

	/* Errors follow the flow, and neither begin one nor keep it. */
	{ "sticky-error", &there, ERROR, SENT_2 },
	{ "sticky-error-new", &unknown, ERROR, SENT_1 },
	{ "sticky-error-dead", &dead, ERROR, SENT_1 },
	{ "sticky-error-source", &source, ERROR, SENT_2 },
	{ "sticky-error-full", &full, ERROR, SENT_1 },

	/* What is not let in is not remembered; what dies later is. */
	{ "sticky-denied", &denies, PACKET(), DROPPED(DENIED) },
	{ "sticky-ttl-expired", &unknown, PACKET(.ttl = 1),
	  DROPPED(TTL_EXPIRED), THEN(FLOW(1)) },
	{ 0 },
};
