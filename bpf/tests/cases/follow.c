/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Later fragments follow their first one: whatever the service, and whoever
 * else has the address.  A case's packet comes after those BEFORE it.
 */
#include "world.h"

#define LAST	  0x00b9
#define MIDDLE	  0x20b9
#define OVER	  0x0001 /* from the ninth byte on: over the first one */
#define ID_2	  0x4321
#define BACKEND_4 IP4(10, 0, 0, 14)
#define ROUTER_2  IP4(203, 0, 113, 10)

#define FIRST  .fragment = 0x2000, .udp_length = 1480
#define LATER  .fragment = LAST, .body = PACKET_RAW
#define FIRST6 EXTENSIONS(FRAGMENT6(1)), .udp_length = 1480
#define LATER6 EXTENSIONS(FRAGMENT6(0x05c8)), .body = PACKET_RAW

/* Backend 1 has this service, 2 the other one of the VIP; 8 slots tell more. */
#define OTHER  SERVICE(VIP, 54, .base = 8, .forward = LB_FORWARD_DSR)
#define OTHER6 SERVICE(VIP6, 54, .base = 8, .forward = LB_FORWARD_DSR)
#define SLOTS  .RING(1, 1, 1, 1, 1, 1, 1, 1, 2)
#define TUNNELS                                                                \
	.tunnels = { { .source4 = IP4(192, 0, 2, 250) },                       \
		     { .source4 = IP4(192, 0, 2, 250) } }
#define WORLD(name, ...)                                                       \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP, 53, .mask = 7, __VA_ARGS__), OTHER),    \
		SLOTS,                                                         \
		.BACKENDS(BACKEND(BACKEND_1, 5353, BACKEND1_MAC, .mtu = 1500), \
			  BACKEND(BACKEND_2, 0, BACKEND2_MAC)),                \
		TUNNELS,                                                       \
	}
#define WORLD6(name, ...)                                                      \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP6, 53, .mask = 7, __VA_ARGS__), OTHER6),  \
		SLOTS,                                                         \
		.BACKENDS(BACKEND(BACKEND6_1, 5353, BACKEND1_MAC),             \
			  BACKEND(BACKEND6_2, 0, BACKEND2_MAC)),               \
	}
WORLD(flow);
WORLD(source, .balance = LB_BALANCE_SOURCE);
WORLD(spray, .balance = LB_BALANCE_PACKET);
WORLD(quic, .balance = LB_BALANCE_QUIC);
WORLD(snat, .forward = LB_FORWARD_SNAT);
WORLD(dsr, .forward = LB_FORWARD_DSR);
WORLD(ipip, .forward = LB_FORWARD_IPIP);
WORLD(gue, .forward = LB_FORWARD_GUE);
WORLD(denies, .filter = true, .deny = true);
WORLD6(flow6);
WORLD6(snat6, .forward = LB_FORWARD_SNAT);
WORLD6(dsr6, .forward = LB_FORWARD_DSR);

static const struct fixture slots = {
	.SERVICES(SERVICE(VIP, 53, .mask = 7), OTHER),
	EIGHT_BACKENDS,
};
static const struct fixture slots_spray = {
	.SERVICES(SERVICE(VIP, 53, .mask = 7, .balance = LB_BALANCE_PACKET)),
	EIGHT_BACKENDS,
};
/* Of the ids 0x1234 and ID_2 with the default client. */
#define SPRAY_SLOT   6
#define SPRAY_SLOT_2 1
static const struct fixture slots_gue = {
	.SERVICES(SERVICE(VIP, 53, .mask = 7, .forward = LB_FORWARD_GUE)),
	EIGHT_BACKENDS,
	TUNNELS,
};
static const struct fixture server_ids = {
	.SERVICES(SERVICE(VIP, 53, .mask = 7, .balance = LB_BALANCE_QUIC)),
	EIGHT_BACKENDS,
	.SERVER_IDS({ 0, 0, 1, { 0xaa }, 7 }),
};
static const struct fixture nobody = {
	.SERVICES(SERVICE(VIP, 53)),
	.RING(LB_NO_BACKEND),
};
/* An address of the load balancer itself; its neighbour is a service. */
static const struct fixture own = {
	.SERVICES(SERVICE(VIP, 53, .mask = 7),
		  SERVICE(VIP, 0, .base = 8, .forward = LB_FORWARD_OWN)),
	.RING(1, 1, 1, 1, 1, 1, 1, 1, LB_NO_BACKEND),
	.BACKENDS(BACKEND(BACKEND_1, 5353, BACKEND1_MAC)),
};
/* All that has no port is its: also without a first one. */
static const struct fixture whole = {
	.SERVICES(SERVICE(VIP, 0, .balance = LB_BALANCE_SOURCE)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};
static const struct fixture sticky = {
	.SERVICES(SERVICE(VIP, 53, .sticky = 7)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 5353, BACKEND1_MAC, .sticky = 7)),
};
#define FLOW                                                                   \
	{                                                                      \
		.sticky = 7, .client = CLIENT, .ports = 40000U << 16 | 53,     \
		.backend = 1                                                   \
	}
#define THEN(...) .FIXTURE_LIST_(flows, struct fixture_flow, __VA_ARGS__)

/* Both of the VIP, one by each port; and one without a way to clients. */
static const struct fixture replies = {
	.REPLIES({ BACKEND_1, 53, VIP, 5353, GATEWAY_MAC },
		 { BACKEND_1, 54, VIP, 54, GATEWAY_MAC },
		 { BACKEND_2, 53, VIP, 5353, GATEWAY_MAC },
		 { BACKEND_4, 53, VIP, 53, 0 },
		 { BACKEND6_1, 53, VIP6, 5353, GATEWAY_MAC },
		 { BACKEND6_1, 54, VIP6, 54, GATEWAY_MAC }),
};
static const struct fixture without = {
	.SERVICES(SERVICE(VIP, 53, .balance = LB_BALANCE_SOURCE)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 5353, BACKEND1_MAC)),
	.without = FIXTURE_FEATURE(FRAGMENTS),
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
#define OUTER(name)                                                            \
	.outer = { .tunnel = PACKET_##name,                                    \
		   .source = IP4(192, 0, 2, 250),                              \
		   .destination = BACKEND_1,                                   \
		   .sport = 0xc000 | (SOURCE4_HASH & 0x3fff),                  \
		   .dport = 5353 }

static const uint8_t connection_id[] = { 0x40, 0, 0xaa, 0, 0, 0, 0, 0, 0, 0 };
#define CONNECTION .bytes = connection_id, .n_bytes = sizeof(connection_id)

const struct packet_case cases_follow[] = {
	{ "follow-first", &flow, PACKET(FIRST),
	  FORWARDED(1, TO_1, .dport = 5353, FIRST) },
	{ "follow-last", &flow, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, TO_1, LATER) },
	{ "follow-middle", &flow,
	  PACKET(.fragment = MIDDLE, .body = PACKET_RAW), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, TO_1, .fragment = MIDDLE, .body = PACKET_RAW) },
	{ "follow-after-the-last", &flow,
	  PACKET(.fragment = MIDDLE, .body = PACKET_RAW),
	  BEFORE(PACKET(FIRST), PACKET(LATER)),
	  FORWARDED(1, TO_1, .fragment = MIDDLE, .body = PACKET_RAW) },
	{ "follow-twice", &flow, PACKET(LATER),
	  BEFORE(PACKET(FIRST), PACKET(LATER)), FORWARDED(1, TO_1, LATER) },
	{ "follow-first-twice", &flow, PACKET(FIRST), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, TO_1, .dport = 5353, FIRST) },
	{ "follow-overlap", &flow, PACKET(.fragment = OVER, .body = PACKET_RAW),
	  BEFORE(PACKET(FIRST)),
	  FORWARDED(1, TO_1, .fragment = OVER, .body = PACKET_RAW) },
	/* cilium/cilium#32427: a frame that is shorter than any UDP header. */
	{ "follow-one-byte", &flow, PACKET(LATER, .payload = 1),
	  BEFORE(PACKET(FIRST)), FORWARDED(1, TO_1, LATER, .payload = 1) },
	{ "follow-one-byte-padded", &flow,
	  PACKET(LATER, .payload = 1, .padding = 25), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, TO_1, LATER, .payload = 1, .padding = 25) },
	{ "follow-before-its-first", &flow, PACKET(LATER), PASSED(FRAGMENT) },
	{ "follow-first-after-later", &flow, PACKET(LATER),
	  BEFORE(PACKET(LATER), PACKET(FIRST)), FORWARDED(1, TO_1, LATER) },
	{ "follow-vlan", &flow, PACKET(LATER, TAG({ AD, 7 }, { Q, 8 })),
	  BEFORE(PACKET(FIRST, TAG({ AD, 7 }, { Q, 8 }))),
	  FORWARDED(1, TO_1, LATER, TAG({ AD, 7 }, { Q, 8 })) },

	/* Whose is it? */
	{ "follow-other-id", &flow, PACKET(LATER, .id = ID_2),
	  BEFORE(PACKET(FIRST)), PASSED(FRAGMENT) },
	{ "follow-other-client", &flow, PACKET(LATER, .saddr = ROUTER),
	  BEFORE(PACKET(FIRST)), PASSED(FRAGMENT) },
	{ "follow-other-destination", &flow, PACKET(LATER, .daddr = ROUTER),
	  BEFORE(PACKET(FIRST)), PASSED(NO_SERVICE) },
	{ "follow-other-protocol", &flow, PACKET(LATER, .protocol = 6),
	  BEFORE(PACKET(FIRST)), PASSED(NOT_UDP) },
	{ "follow-icmp", &flow, PACKET(LATER, .protocol = 1),
	  BEFORE(PACKET(FIRST)), PASSED(FRAGMENT) },
	{ "follow-interleaved-1", &flow, PACKET(LATER),
	  BEFORE(PACKET(FIRST), PACKET(FIRST, .id = ID_2, .dport = 54),
		 PACKET(LATER, .id = ID_2)),
	  FORWARDED(1, TO_1, LATER) },
	{ "follow-interleaved-2", &flow, PACKET(LATER, .id = ID_2),
	  BEFORE(PACKET(FIRST), PACKET(FIRST, .id = ID_2, .dport = 54),
		 PACKET(LATER)),
	  FORWARDED(2, .eth_dst = BACKEND2_MAC, LATER, .id = ID_2) },
	{ "follow-same-id-of-two", &flow, PACKET(LATER),
	  BEFORE(PACKET(FIRST), PACKET(FIRST, .saddr = ROUTER, .dport = 54)),
	  FORWARDED(1, TO_1, LATER) },
	{ "follow-same-id-of-another", &flow, PACKET(LATER, .saddr = ROUTER_2),
	  BEFORE(PACKET(FIRST), PACKET(FIRST, .saddr = ROUTER, .dport = 54),
		 PACKET(FIRST, .saddr = ROUTER_2, .dport = 54)),
	  FORWARDED(2, .eth_dst = BACKEND2_MAC, LATER, .saddr = ROUTER_2) },

	/* RFC 4963: an id is in use again. */
	{ "follow-id-reused", &flow, PACKET(LATER),
	  BEFORE(PACKET(FIRST), PACKET(FIRST, .dport = 54)),
	  FORWARDED(2, .eth_dst = BACKEND2_MAC, LATER) },
	{ "follow-id-reused-by-others", &flow, PACKET(LATER),
	  BEFORE(PACKET(FIRST), PACKET(FIRST, .dport = 55)), PASSED(FRAGMENT) },
	{ "follow-id-reused-by-the-host", &own, PACKET(LATER),
	  BEFORE(PACKET(FIRST), PACKET(FIRST, .dport = 1194)),
	  PASSED(FRAGMENT) },
	{ "follow-host", &own, PACKET(LATER),
	  BEFORE(PACKET(FIRST, .dport = 1194)), PASSED(FRAGMENT) },
	{ "follow-host-service", &own, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, TO_1, LATER) },
	{ "follow-14-seconds", &flow, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  .seconds = 14, FORWARDED(1, TO_1, LATER) },
	{ "follow-16-seconds", &flow, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  .seconds = 16, PASSED(FRAGMENT) },

	/* Any balance; by the flow's slot, not by the source's. */
	{ "follow-slot-first", &slots, PACKET(FIRST),
	  FORWARDED(FLOW4_SLOT + 1, .eth_dst = SLOT_MAC(FLOW4_SLOT),
		    .daddr = BACKEND_1, .dport = FLOW4_SLOT + 1, FIRST) },
	{ "follow-slot", &slots, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  FORWARDED(FLOW4_SLOT + 1, .eth_dst = SLOT_MAC(FLOW4_SLOT),
		    .daddr = BACKEND_1, LATER) },
	{ "follow-source", &source, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, TO_1, LATER) },
	{ "follow-source-unknown", &source, PACKET(LATER), PASSED(FRAGMENT) },
	{ "follow-whole-unknown", &whole, PACKET(LATER),
	  FORWARDED(1, TO_1, LATER) },
	{ "follow-spray-first", &spray, PACKET(FIRST),
	  FORWARDED(1, TO_1, .dport = 5353, FIRST) },
	{ "follow-spray-slot", &slots_spray, PACKET(FIRST),
	  FORWARDED(SPRAY_SLOT + 1, .eth_dst = SLOT_MAC(SPRAY_SLOT),
		    .daddr = BACKEND_1, .dport = SPRAY_SLOT + 1, FIRST) },
	{ "follow-spray-slot-2", &slots_spray, PACKET(FIRST, .id = ID_2),
	  FORWARDED(SPRAY_SLOT_2 + 1, .eth_dst = SLOT_MAC(SPRAY_SLOT_2),
		    .daddr = BACKEND_1, .dport = SPRAY_SLOT_2 + 1, FIRST,
		    .id = ID_2) },
	{ "follow-spray", &spray, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, TO_1, LATER) },
	{ "follow-quic", &quic, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, TO_1, LATER) },
	{ "follow-quic-first-id", &server_ids, PACKET(FIRST, CONNECTION),
	  FORWARDED(7, .eth_dst = SLOT_MAC(6), .daddr = BACKEND_1, .dport = 7,
		    FIRST, CONNECTION) },
	{ "follow-quic-id", &server_ids, PACKET(LATER),
	  BEFORE(PACKET(FIRST, CONNECTION)),
	  FORWARDED(7, .eth_dst = SLOT_MAC(6), .daddr = BACKEND_1, LATER) },
	{ "follow-quic-short", &server_ids,
	  PACKET(FIRST, CONNECTION, .payload = 9),
	  FORWARDED(FLOW4_SLOT + 1, .eth_dst = SLOT_MAC(FLOW4_SLOT),
		    .daddr = BACKEND_1, .dport = FLOW4_SLOT + 1, FIRST,
		    CONNECTION, .payload = 9) },
	{ "follow-sticky", &sticky, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, TO_1, LATER), THEN(FLOW) },
	{ "follow-without-the-other", &without, PACKET(LATER),
	  BEFORE(PACKET(FIRST)), FORWARDED(1, TO_1, LATER) },

	/* Any way to forward; each fragment has a TTL and a length of its own.
	 */
	{ "follow-ttl-1", &flow, PACKET(LATER, .ttl = 1), BEFORE(PACKET(FIRST)),
	  DROPPED(TTL_EXPIRED) },
	{ "follow-first-ttl-1", &flow, PACKET(LATER),
	  BEFORE(PACKET(FIRST, .ttl = 1)), FORWARDED(1, TO_1, LATER) },
	{ "follow-snat", &snat, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, TO_1, .saddr = VIP, LATER) },
	{ "follow-dsr", &dsr, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, LATER) },
	{ "follow-ipip", &ipip, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, OUTER(IPIP), LATER) },
	{ "follow-gue", &gue, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, OUTER(GUE), LATER) },
	{ "follow-gue-first", &gue, PACKET(FIRST),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, OUTER(GUE), FIRST) },
	{ "follow-gue-slot", &slots_gue, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  FORWARDED(FLOW4_SLOT + 1, .eth_dst = SLOT_MAC(FLOW4_SLOT),
		    .outer = { .tunnel = PACKET_GUE,
			       .source = IP4(192, 0, 2, 250),
			       .destination = BACKEND_1,
			       .sport = 0xc000 | (SOURCE4_HASH & 0x3fff),
			       .dport = FLOW4_SLOT + 1 },
		    LATER) },
	{ "follow-ipip-first-too-big", &ipip, PACKET(LATER),
	  BEFORE(PACKET(FIRST, .payload = 1453)),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC, OUTER(IPIP), LATER) },
	{ "follow-ipip-too-big", &ipip, PACKET(LATER, .payload = 1461),
	  BEFORE(PACKET(FIRST)), DROPPED(TOO_BIG) },

	/* What the first one is not let do, the others are not. */
	{ "follow-denied", &denies, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  DROPPED(DENIED) },
	{ "follow-no-backend", &nobody, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  DROPPED(NO_BACKEND) },
	{ "follow-malformed-first", &flow, PACKET(LATER),
	  BEFORE(PACKET(FIRST, .udp_length = 7)), PASSED(FRAGMENT) },

	{ "follow-reply-first", &replies, ANSWER(FIRST), ANSWERED(FIRST) },
	{ "follow-reply", &replies, ANSWER(LATER), BEFORE(ANSWER(FIRST)),
	  ANSWERED(LATER) },
	{ "follow-reply-unknown", &replies, ANSWER(LATER), PASSED(FRAGMENT) },
	{ "follow-reply-other-port", &replies, ANSWER(LATER),
	  BEFORE(ANSWER(FIRST), ANSWER(FIRST, .sport = 4000)),
	  PASSED(FRAGMENT) },
	{ "follow-reply-other-client", &replies, ANSWER(LATER, .daddr = ROUTER),
	  BEFORE(ANSWER(FIRST)), PASSED(FRAGMENT) },
	{ "follow-reply-other-backend", &replies,
	  ANSWER(LATER, .saddr = BACKEND_2),
	  BEFORE(ANSWER(FIRST), ANSWER(FIRST, .saddr = BACKEND_2)),
	  ANSWERED(LATER) },
	{ "follow-reply-ttl-1", &replies, ANSWER(LATER, .ttl = 1),
	  BEFORE(ANSWER(FIRST)), DROPPED(TTL_EXPIRED) },
	{ "follow-reply-no-gateway", &replies,
	  ANSWER(LATER, .saddr = BACKEND_4),
	  BEFORE(ANSWER(FIRST, .saddr = BACKEND_4)), DROPPED(NO_GATEWAY) },

	{ "follow6-first", &flow6, PACKET6(FIRST6),
	  FORWARDED6(1, TO6_1, .dport = 5353, FIRST6) },
	{ "follow6", &flow6, PACKET6(LATER6), BEFORE(PACKET6(FIRST6)),
	  FORWARDED6(1, TO6_1, LATER6) },
	{ "follow6-unknown", &flow6, PACKET6(LATER6), PASSED(FRAGMENT) },
	{ "follow6-other-id", &flow6, PACKET6(LATER6, .id = ID_2),
	  BEFORE(PACKET6(FIRST6)), PASSED(FRAGMENT) },
	{ "follow6-atomic-is-no-first", &flow6, PACKET6(LATER6),
	  BEFORE(PACKET6(EXTENSIONS(FRAGMENT6(0)))), PASSED(FRAGMENT) },
	{ "follow6-other-family", &flow6,
	  PACKET6(LATER6, .saddr = CLIENT6, .daddr = ROUTER6),
	  BEFORE(PACKET6(FIRST6)), PASSED(NO_SERVICE) },
	{ "follow6-behind-hop-by-hop", &flow6,
	  PACKET6(EXTENSIONS(EXTENSION(HOP_BY_HOP, 8), FRAGMENT6(0x05c8)),
		  .body = PACKET_RAW),
	  BEFORE(PACKET6(EXTENSIONS(EXTENSION(HOP_BY_HOP, 8), FRAGMENT6(1)),
			 .udp_length = 1480)),
	  FORWARDED6(1, TO6_1,
		     EXTENSIONS(EXTENSION(HOP_BY_HOP, 8), FRAGMENT6(0x05c8)),
		     .body = PACKET_RAW) },
	{ "follow6-snat", &snat6, PACKET6(LATER6), BEFORE(PACKET6(FIRST6)),
	  FORWARDED6(1, TO6_1, .saddr = VIP6, LATER6) },
	{ "follow6-dsr", &dsr6, PACKET6(LATER6), BEFORE(PACKET6(FIRST6)),
	  FORWARDED6(1, .eth_dst = BACKEND1_MAC, LATER6) },
	{ "follow6-16-seconds", &flow6, PACKET6(LATER6),
	  BEFORE(PACKET6(FIRST6)), .seconds = 16, PASSED(FRAGMENT) },
	{ "follow6-reply", &replies, ANSWER6(LATER6), BEFORE(ANSWER6(FIRST6)),
	  ANSWERED6(LATER6) },
	{ "follow6-reply-unknown", &replies, ANSWER6(LATER6),
	  PASSED(FRAGMENT) },
	{ 0 },
};
