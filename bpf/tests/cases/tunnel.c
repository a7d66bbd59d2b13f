/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IP in IP and GUE, every family within every other.  The hash of the default
 * packets' flow is in the GUE source port, the flow label and the source.
 */
#include "world.h"

#define SOURCE4	   IP4(192, 0, 2, 250)
#define SOURCE6	   IP6(0x20010db8, 0, 0, 0x000000fa)
#define GUE_PORT   6080
#define IPIP_SENT  .tunnel = PACKET_IPIP
#define GUE_SENT   .tunnel = PACKET_GUE, .dport = GUE_PORT
#define BY4	   .source = SOURCE4, .destination = BACKEND_1
#define BY6	   .source = SOURCE6, .destination = BACKEND6_1
#define OUTER(...) .eth_dst = BACKEND1_MAC, .outer = { __VA_ARGS__ }

/* What the hash becomes: 14 bits of a port, 20 of a label. */
#define PORT(hash)  .sport = 0xc000 | ((hash)&0x3fff)
#define LABEL(hash) .flow_label = (hash)&0xfffff
#define FLOW4_PORT  PORT(FLOW4_HASH)
#define FLOW4_LABEL LABEL(FLOW4_HASH)
#define FLOW6_PORT  PORT(FLOW6_HASH)
#define FLOW6_LABEL LABEL(FLOW6_HASH)

#define TUNNEL(name, vip, backend, ...)                                        \
	static const struct fixture name = {                                   \
		.SERVICES({ .address = vip, .port = 53, __VA_ARGS__ }),        \
		.RING(1),                                                      \
		.BACKENDS({ .address = backend,                                \
			    .port = GUE_PORT,                                  \
			    .mac = BACKEND1_MAC }),                            \
		.tunnels = { { .source4 = SOURCE4, .source6 = SOURCE6 },       \
			     { .source4 = SOURCE4, .source6 = SOURCE6 } },     \
	}
#define IPIP   .forward = LB_FORWARD_IPIP
#define GUE    .forward = LB_FORWARD_GUE
#define SOURCE .balance = LB_BALANCE_SOURCE

TUNNEL(ipip44, VIP, BACKEND_1, IPIP);
TUNNEL(ipip46, VIP, BACKEND6_1, IPIP);
TUNNEL(ipip64, VIP6, BACKEND_1, IPIP);
TUNNEL(ipip66, VIP6, BACKEND6_1, IPIP);
TUNNEL(gue44, VIP, BACKEND_1, GUE);
TUNNEL(gue46, VIP, BACKEND6_1, GUE);
TUNNEL(gue64, VIP6, BACKEND_1, GUE);
TUNNEL(gue66, VIP6, BACKEND6_1, GUE);
TUNNEL(source44, VIP, BACKEND_1, GUE, SOURCE);
TUNNEL(source46, VIP, BACKEND6_1, GUE, SOURCE);
TUNNEL(source64, VIP6, BACKEND_1, GUE, SOURCE);
TUNNEL(source66, VIP6, BACKEND6_1, IPIP, SOURCE);
TUNNEL(source_ipip, VIP, BACKEND_1, IPIP, SOURCE);
TUNNEL(spray, VIP, BACKEND_1, GUE, .balance = LB_BALANCE_PACKET);
TUNNEL(quic, VIP, BACKEND_1, GUE, .balance = LB_BALANCE_QUIC);

/* Two tunnels that differ in all they have. */
static const struct fixture spread = {
	.SERVICES(SERVICE(VIP, 53, IPIP), SERVICE(VIP, 54, GUE),
		  SERVICE(VIP, 55, IPIP, .base = 1), SERVICE(VIP6, 53, IPIP)),
	.RING(1, 2),
	.BACKENDS(BACKEND(BACKEND_1, GUE_PORT, BACKEND1_MAC),
		  BACKEND(BACKEND6_1, GUE_PORT, BACKEND2_MAC)),
	.tunnels = { { .source4 = IP4(198, 18, 0, 0),
		       .spread4 = 0x0000ffff,
		       .source6 = IP6(0x20010db8, 0xf, 0, 0),
		       .spread6 = 0xffffffff },
		     { .source4 = IP4(198, 18, 77, 0),
		       .spread4 = 0x000000ff } },
};
static const struct fixture no_backend = {
	.SERVICES(SERVICE(VIP, 53, IPIP)),
	.RING(0),
};

/* The hash as a big-endian word: 0x6abeb689 and 0xea076683. */
#define SPREAD4 IP4(198, 18, 0xb6, 0x89)

static const uint8_t quic_bytes[] = { 0x40, 1, 2, 3, 4, 5, 6, 7, 8, 9 };

#define FIRST  .fragment = 0x2000, .udp_length = 1480
#define LATER  .fragment = 0x00b9, .body = PACKET_RAW
#define FIRST6 EXTENSIONS(FRAGMENT6(1)), .udp_length = 1480
#define LATER6 EXTENSIONS(FRAGMENT6(0x05c8)), .body = PACKET_RAW

const struct packet_case cases_tunnel[] = {
	{ "ipip-4-in-4", &ipip44, PACKET(),
	  FORWARDED(1, OUTER(IPIP_SENT, BY4)) },
	{ "ipip-4-in-6", &ipip46, PACKET(),
	  FORWARDED(1, OUTER(IPIP_SENT, BY6, FLOW4_LABEL)) },
	{ "ipip-6-in-4", &ipip64, PACKET6(),
	  FORWARDED6(1, OUTER(IPIP_SENT, BY4)) },
	{ "ipip-6-in-6", &ipip66, PACKET6(),
	  FORWARDED6(1, OUTER(IPIP_SENT, BY6, FLOW6_LABEL)) },
	{ "gue-4-in-4", &gue44, PACKET(),
	  FORWARDED(1, OUTER(GUE_SENT, BY4, FLOW4_PORT)) },
	{ "gue-4-in-6", &gue46, PACKET(),
	  FORWARDED(1, OUTER(GUE_SENT, BY6, FLOW4_PORT, FLOW4_LABEL)) },
	{ "gue-6-in-4", &gue64, PACKET6(),
	  FORWARDED6(1, OUTER(GUE_SENT, BY4, FLOW6_PORT)) },
	{ "gue-6-in-6", &gue66, PACKET6(),
	  FORWARDED6(1, OUTER(GUE_SENT, BY6, FLOW6_PORT, FLOW6_LABEL)) },

	/* DSCP and ECN are the inner packet's. */
	{ "tunnel-class-4-in-4", &ipip44, PACKET(.tos = 0xb9),
	  FORWARDED(1, .tos = 0xb9, OUTER(IPIP_SENT, BY4, .tos = 0xb9)) },
	{ "tunnel-class-4-in-6", &gue46, PACKET(.tos = 0xff),
	  FORWARDED(
		  1, .tos = 0xff,
		  OUTER(GUE_SENT, BY6, FLOW4_PORT, FLOW4_LABEL, .tos = 0xff)) },
	{ "tunnel-class-6-in-4", &gue64, PACKET6(.tos = 0x53),
	  FORWARDED6(1, .tos = 0x53,
		     OUTER(GUE_SENT, BY4, FLOW6_PORT, .tos = 0x53)) },
	{ "tunnel-class-6-in-6", &ipip66,
	  PACKET6(.tos = 0x03, .flow_label = 0xfffff),
	  FORWARDED6(1, .tos = 0x03, .flow_label = 0xfffff,
		     OUTER(IPIP_SENT, BY6, FLOW6_LABEL, .tos = 0x03)) },

	{ "tunnel-ttl-0", &ipip44, PACKET(.ttl = 0), DROPPED(TTL_EXPIRED) },
	{ "tunnel-ttl-1", &gue44, PACKET(.ttl = 1), DROPPED(TTL_EXPIRED) },
	{ "tunnel-ttl-2", &ipip44, PACKET(.ttl = 2),
	  FORWARDED(1, .ttl = 1, OUTER(IPIP_SENT, BY4)) },
	{ "tunnel-ttl-255", &gue46, PACKET(.ttl = 255),
	  FORWARDED(1, .ttl = 254,
		    OUTER(GUE_SENT, BY6, FLOW4_PORT, FLOW4_LABEL)) },
	{ "tunnel-hops-1", &ipip64, PACKET6(.ttl = 1), DROPPED(TTL_EXPIRED) },
	{ "tunnel-hops-2", &gue66, PACKET6(.ttl = 2),
	  FORWARDED6(1, .ttl = 1,
		     OUTER(GUE_SENT, BY6, FLOW6_PORT, FLOW6_LABEL)) },
	{ "tunnel-no-backend", &no_backend, PACKET(), DROPPED(NO_BACKEND) },

	{ "tunnel-vlan-ipip", &ipip44, PACKET(TAG({ Q, 7 })),
	  FORWARDED(1, TAG({ Q, 7 }), OUTER(IPIP_SENT, BY4)) },
	{ "tunnel-vlan-family-changes", &ipip46, PACKET(TAG({ Q, 0xafff })),
	  FORWARDED(1, TAG({ Q, 0xafff }),
		    OUTER(IPIP_SENT, BY6, FLOW4_LABEL)) },
	{ "tunnel-vlan-two", &gue64, PACKET6(TAG({ AD, 7 }, { Q, 8 })),
	  FORWARDED6(1, TAG({ AD, 7 }, { Q, 8 }),
		     OUTER(GUE_SENT, BY4, FLOW6_PORT)) },
	{ "tunnel-vlan-two-gue6", &gue66, PACKET6(TAG({ Q, 7 }, { Q, 8 })),
	  FORWARDED6(1, TAG({ Q, 7 }, { Q, 8 }),
		     OUTER(GUE_SENT, BY6, FLOW6_PORT, FLOW6_LABEL)) },
	{ "tunnel-padding-stays-behind", &ipip44,
	  PACKET(.payload = 1, .padding = 17),
	  FORWARDED(1, .payload = 1, .padding = 17, OUTER(IPIP_SENT, BY4)) },
	{ "tunnel-padding-gue", &gue46, PACKET(.payload = 1, .padding = 17),
	  FORWARDED(1, .payload = 1, .padding = 17,
		    OUTER(GUE_SENT, BY6, FLOW4_PORT, FLOW4_LABEL)) },
	{ "tunnel-payload-0", &gue44, PACKET(.payload = 0),
	  FORWARDED(1, .payload = 0, OUTER(GUE_SENT, BY4, FLOW4_PORT)) },
	{ "tunnel-payload-1472", &gue66, PACKET6(.payload = 1472),
	  FORWARDED6(1, .payload = 1472,
		     OUTER(GUE_SENT, BY6, FLOW6_PORT, FLOW6_LABEL)) },
	{ "tunnel-udp-surplus", &gue44, PACKET(.udp_length = 20),
	  FORWARDED(1, .udp_length = 20, OUTER(GUE_SENT, BY4, FLOW4_PORT)) },
	/* What is inside stays as it came, its checksums too. */
	{ "tunnel-no-checksum-inside", &gue44, PACKET(.udp_check = 0),
	  FORWARDED(1, .udp_check = 0, OUTER(GUE_SENT, BY4, FLOW4_PORT)) },
	{ "tunnel-bad-checksums-inside", &ipip44,
	  PACKET(.ip_error = 5, .udp_error = 6),
	  FORWARDED(1, .ip_error = 5, .udp_error = 6, OUTER(IPIP_SENT, BY4)) },
	{ "tunnel-flags-inside", &ipip44, PACKET(.fragment = 0x8000, .id = 7),
	  FORWARDED(1, .fragment = 0x8000, .id = 7, OUTER(IPIP_SENT, BY4)) },
	{ "tunnel-ip-checksum-0-inside", &ipip44, PACKET(.id = 0x8f75),
	  FORWARDED(1, .id = 0x8f75, .ip_check = 0, OUTER(IPIP_SENT, BY4)) },
	{ "tunnel-extensions-inside", &ipip64,
	  PACKET6(EXTENSIONS(EXTENSION(HOP_BY_HOP, 8), FRAGMENT6(0))),
	  FORWARDED6(1, EXTENSIONS(EXTENSION(HOP_BY_HOP, 8), FRAGMENT6(0)),
		     OUTER(IPIP_SENT, BY4)) },
	/* An atomic fragment is whole: its ports count. */
	{ "tunnel-atomic", &gue66, PACKET6(EXTENSIONS(FRAGMENT6(0))),
	  FORWARDED6(1, EXTENSIONS(FRAGMENT6(0)),
		     OUTER(GUE_SENT, BY6, FLOW6_PORT, FLOW6_LABEL)) },

	/* The flow's hash, however the backend was chosen. */
	{ "tunnel-hash-by-source", &source44, PACKET(),
	  FORWARDED(1, OUTER(GUE_SENT, BY4, FLOW4_PORT)) },
	{ "tunnel-hash-sprayed", &spray, PACKET(),
	  FORWARDED(1, OUTER(GUE_SENT, BY4, FLOW4_PORT)) },
	{ "tunnel-hash-quic", &quic,
	  PACKET(.bytes = quic_bytes, .n_bytes = sizeof(quic_bytes)),
	  FORWARDED(1, .bytes = quic_bytes, .n_bytes = sizeof(quic_bytes),
		    OUTER(GUE_SENT, BY4, FLOW4_PORT)) },
	{ "tunnel-hash-first", &source44, PACKET(FIRST),
	  FORWARDED(1, FIRST, OUTER(GUE_SENT, BY4, PORT(SOURCE4_HASH))) },
	{ "tunnel-hash-later", &source44, PACKET(LATER),
	  FORWARDED(1, LATER, OUTER(GUE_SENT, BY4, PORT(SOURCE4_HASH))) },
	{ "tunnel-hash-first-4-in-6", &source46, PACKET(FIRST),
	  FORWARDED(1, FIRST,
		    OUTER(GUE_SENT, BY6, PORT(SOURCE4_HASH),
			  LABEL(SOURCE4_HASH))) },
	{ "tunnel-hash-later-6-in-4", &source64, PACKET6(LATER6),
	  FORWARDED6(1, LATER6, OUTER(GUE_SENT, BY4, PORT(SOURCE6_HASH))) },
	{ "tunnel-hash-first-6-in-6", &source66, PACKET6(FIRST6),
	  FORWARDED6(1, FIRST6, OUTER(IPIP_SENT, BY6, LABEL(SOURCE6_HASH))) },
	{ "tunnel-hash-later-6-in-6", &source66, PACKET6(LATER6),
	  FORWARDED6(1, LATER6, OUTER(IPIP_SENT, BY6, LABEL(SOURCE6_HASH))) },
	{ "tunnel-later-ipip", &source_ipip, PACKET(LATER),
	  FORWARDED(1, LATER, OUTER(IPIP_SENT, BY4)) },
	{ "tunnel-later-ttl-1", &source_ipip, PACKET(LATER, .ttl = 1),
	  DROPPED(TTL_EXPIRED) },

	{ "tunnel-spread-4-in-4", &spread, PACKET(),
	  FORWARDED(1, OUTER(IPIP_SENT, .source = SPREAD4,
			     .destination = BACKEND_1)) },
	{ "tunnel-spread-4-in-6", &spread, PACKET(.dport = 55, .sport = 1),
	  FORWARDED(2, .dport = 55, .sport = 1, .eth_dst = BACKEND2_MAC,
		    .outer = { IPIP_SENT,
			       .source = IP6(0x20010db8, 0xf, 0, 0xa0cee72a),
			       .destination = BACKEND6_1,
			       .flow_label = 0x7cea0 }) },
	{ "tunnel-spread-6-in-4", &spread, PACKET6(),
	  FORWARDED6(1, OUTER(IPIP_SENT, .source = IP4(198, 18, 0x66, 0x83),
			      .destination = BACKEND_1)) },
	{ "tunnel-spread-of-the-other", &spread,
	  PACKET(.dport = 54, .sport = 40001),
	  FORWARDED(1, .dport = 54, .sport = 40001,
		    OUTER(GUE_SENT, .source = IP4(198, 18, 77, 0xb3),
			  .destination = BACKEND_1, PORT(0xb3b01d23))) },
	{ 0 },
};
