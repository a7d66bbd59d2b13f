/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The program without what a configuration does not need.  Those of one fixture
 * stand together, for each has its program verified anew.
 */
#include "world.h"

#define WITHOUT(name, ...)                                                     \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP, 53, .balance = LB_BALANCE_SOURCE,       \
				  .ping = true, .strict = true),               \
			  SERVICE(VIP6, 53, .balance = LB_BALANCE_SOURCE,      \
				  .ping = true, .strict = true, .base = 1)),   \
		.REPLIES({ BACKEND_1, 53, VIP, 0, GATEWAY_MAC }),              \
		.RING(1, 2),                                                   \
		.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC),                 \
			  BACKEND(BACKEND6_1, 0, BACKEND2_MAC)),               \
		.without = __VA_ARGS__,                                        \
	}
WITHOUT(ip6, FIXTURE_FEATURE(IPV6));
WITHOUT(tunnel, FIXTURE_FEATURE(TUNNEL));
WITHOUT(icmp, FIXTURE_FEATURE(ICMP));
WITHOUT(echo, FIXTURE_FEATURE(ECHO));
WITHOUT(icmp_and_echo, FIXTURE_FEATURE(ICMP) | FIXTURE_FEATURE(ECHO));
WITHOUT(fragments, FIXTURE_FEATURE(FRAGMENTS) | FIXTURE_FEATURE(FOLLOW));
WITHOUT(quic, FIXTURE_FEATURE(QUIC));
WITHOUT(filter, FIXTURE_FEATURE(FILTER));
WITHOUT(strict, FIXTURE_FEATURE(STRICT));
WITHOUT(snat, FIXTURE_FEATURE(SNAT));
WITHOUT(spray, FIXTURE_FEATURE(SPRAY));
WITHOUT(snat_and_spray, FIXTURE_FEATURE(SNAT) | FIXTURE_FEATURE(SPRAY));

#define NAT_AND(id) (LB_FEATURES_ALL & ~FIXTURE_FEATURE(NAT) & ~(id))
WITHOUT(all_but_nat, NAT_AND(0));
WITHOUT(all_but_ip6, NAT_AND(FIXTURE_FEATURE(IPV6)));
WITHOUT(all_but_strict, NAT_AND(FIXTURE_FEATURE(STRICT)));
WITHOUT(all_but_fragments, NAT_AND(FIXTURE_FEATURE(FRAGMENTS)));
WITHOUT(all_but_echo, NAT_AND(FIXTURE_FEATURE(ECHO)));
WITHOUT(all_but_icmp, NAT_AND(FIXTURE_FEATURE(ICMP)));

/* Nothing is translated: what backends answer is nobody's. */
#define ONLY_DSR(name, ...)                                                    \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP, 53, .forward = LB_FORWARD_DSR)),        \
		.REPLIES({ BACKEND_1, 53, VIP, 0, GATEWAY_MAC }),              \
		.RING(1),                                                      \
		.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),                \
		.without = __VA_ARGS__,                                        \
	}
ONLY_DSR(nat, FIXTURE_FEATURE(NAT));
ONLY_DSR(any, LB_FEATURES_ALL);

static const struct fixture only_tunnel = {
	.SERVICES(SERVICE(VIP, 53, .forward = LB_FORWARD_IPIP)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC, .mtu = 80)),
	.tunnels = { { .source4 = IP4(192, 0, 2, 250), .answer = true } },
	.without = LB_FEATURES_ALL & ~FIXTURE_FEATURE(TUNNEL),
};
static const struct fixture only_quic = {
	.SERVICES(SERVICE(VIP, 53, .mask = 7, .balance = LB_BALANCE_QUIC)),
	EIGHT_BACKENDS,
	.SERVER_IDS({ 0, 0, 1, { 0xaa }, 7 }),
	.without = NAT_AND(FIXTURE_FEATURE(QUIC)),
};
static const struct fixture only_filter = {
	.SERVICES(SERVICE(VIP, 53, .filter = true, .deny = true)),
	.PREFIXES({ 0, CLIENT, 32, false }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
	.without = NAT_AND(FIXTURE_FEATURE(FILTER)),
};

static const struct fixture only_snat = {
	.SERVICES(SERVICE(VIP, 53, .forward = LB_FORWARD_SNAT)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 5353, BACKEND1_MAC)),
	.without = NAT_AND(FIXTURE_FEATURE(SNAT)),
};
static const struct fixture only_spray = {
	.SERVICES(SERVICE(VIP, 53, .balance = LB_BALANCE_PACKET)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
	.without = NAT_AND(FIXTURE_FEATURE(SPRAY)),
};

static const uint8_t quic_bytes[] = { 0x40, 0, 0xaa, 0, 0, 0, 0, 0, 0, 0 };

#define TO6_2_NAT .eth_dst = BACKEND2_MAC, .daddr = BACKEND6_1
#define PING	  .body = PACKET_ICMP, .icmp_type = 8
#define PING6	  .body = PACKET_ICMP, .icmp_type = 128
#define PONG                                                                   \
	.reason = LB_REASON_ECHOED,                                            \
	.out = PACKET(.eth_dst = GATEWAY_MAC, .eth_src = LB_MAC, .saddr = VIP, \
		      .daddr = CLIENT, .body = PACKET_ICMP)
#define PONG6                                                                  \
	.reason = LB_REASON_ECHOED,                                            \
	.out = PACKET6(.eth_dst = GATEWAY_MAC, .eth_src = LB_MAC,              \
		       .saddr = VIP6, .daddr = CLIENT6, .body = PACKET_ICMP,   \
		       .icmp_type = 129)
#define QUOTE(...)                                                             \
	EMBEDDED(.saddr = VIP, .sport = 53, .daddr = CLIENT, .dport = 40000,   \
		 __VA_ARGS__)
#define ERROR(quoted, ...)                                                     \
	PACKET(.saddr = ROUTER, .body = PACKET_ICMP, .icmp_type = 3,           \
	       .payload = 0, .embedded = quoted, __VA_ARGS__)
#define SENT(quoted)                                                           \
	.reason = LB_REASON_ICMP_ERROR,                                        \
	.out = ERROR(quoted, .ttl = 63, .daddr = BACKEND_1,                    \
		     .eth_dst = BACKEND1_MAC, .eth_src = LB_MAC)
#define FIRST	  .fragment = 0x2000
#define LATER	  .fragment = 0x00b9, .body = PACKET_RAW
#define MALFORMED .udp_length = 7

#define DSR_1 FORWARDED(1, .eth_dst = BACKEND1_MAC)
#define ANSWER                                                                 \
	PACKET(.saddr = BACKEND_1, .sport = 53, .daddr = CLIENT, .dport = 40000)

/* What those with NAT must still do. */
#define BASICS(name, tables)                                                   \
	{ "without-" name "-forward", &tables, PACKET(), FORWARDED(1, TO_1) }, \
	{                                                                      \
		"without-" name "-reply", &tables, ANSWER,                     \
			REPLIED(.saddr = VIP, .sport = 53, .daddr = CLIENT,    \
				.dport = 40000)                                \
	}

const struct packet_case cases_feature[] = {
	BASICS("ip6", ip6),
	{ "without-ip6", &ip6, PACKET6(), PASSED(NOT_IP) },
	{ "without-ip6-malformed", &ip6, PACKET6(.udp_check = 0),
	  PASSED(NOT_IP) },
	{ "without-ip6-cut", &ip6, PACKET6(CUT(20)), PASSED(NOT_IP) },
	{ "without-ip6-echo", &ip6, PACKET(PING), PONG },
	BASICS("tunnel", tunnel),
	{ "without-tunnel-6", &tunnel, PACKET6(), FORWARDED6(2, TO6_2_NAT) },
	BASICS("icmp", icmp),
	{ "without-icmp", &icmp, ERROR(QUOTE()), PASSED(ICMP) },
	{ "without-icmp-echo", &icmp, PACKET(PING), PONG },
	{ "without-icmp-echo6", &icmp, PACKET6(PING6), PONG6 },
	BASICS("echo", echo),
	{ "without-echo", &echo, PACKET(PING), PASSED(ICMP) },
	{ "without-echo6", &echo, PACKET6(PING6), PASSED(ICMP) },
	{ "without-echo-error", &echo, ERROR(QUOTE()),
	  SENT(QUOTE(.saddr = BACKEND_1)) },
	BASICS("icmp-and-echo", icmp_and_echo),
	{ "without-icmp-and-echo-error", &icmp_and_echo, ERROR(QUOTE()),
	  PASSED(NOT_UDP) },
	{ "without-icmp-and-echo-ping", &icmp_and_echo, PACKET(PING),
	  PASSED(NOT_UDP) },
	{ "without-icmp-and-echo-ping6", &icmp_and_echo, PACKET6(PING6),
	  PASSED(NOT_UDP) },
	{ "without-icmp-and-echo-fragment", &icmp_and_echo,
	  PACKET(PING, .fragment = 1), PASSED(NOT_UDP) },
	BASICS("fragments", fragments),
	{ "without-fragments-first", &fragments, PACKET(FIRST),
	  PASSED(FRAGMENT) },
	{ "without-fragments-later", &fragments, PACKET(LATER),
	  PASSED(FRAGMENT) },
	{ "without-fragments-first-malformed", &fragments,
	  PACKET(FIRST, MALFORMED), PASSED(FRAGMENT) },
	{ "without-fragments-nobody", &fragments,
	  PACKET(FIRST, .daddr = ROUTER), PASSED(FRAGMENT) },
	{ "without-fragments-first6", &fragments,
	  PACKET6(EXTENSIONS(FRAGMENT6(1))), PASSED(FRAGMENT) },
	{ "without-fragments-later6", &fragments,
	  PACKET6(EXTENSIONS(FRAGMENT6(8))), PASSED(FRAGMENT) },
	{ "without-fragments-atomic", &fragments,
	  PACKET6(EXTENSIONS(FRAGMENT6(0))),
	  FORWARDED6(2, TO6_2_NAT, EXTENSIONS(FRAGMENT6(0))) },
	BASICS("quic", quic),
	BASICS("filter", filter),
	BASICS("strict", strict),
	{ "without-strict", &strict, PACKET(MALFORMED),
	  PASSED(BAD_UDP_LENGTH) },
	{ "without-strict-6", &strict, PACKET6(.udp_length = 7),
	  PASSED(BAD_UDP_LENGTH) },
	BASICS("snat", snat),
	BASICS("spray", spray),
	BASICS("snat-and-spray", snat_and_spray),
	{ "without-snat-and-spray-ip6", &snat_and_spray, PACKET6(),
	  FORWARDED6(2, TO6_2_NAT) },
	{ "without-nat", &nat, PACKET(), DSR_1 },
	{ "without-nat-reply", &nat, ANSWER, PASSED(NO_SERVICE) },
	{ "without-nat-reply-fragment", &nat,
	  PACKET(.saddr = BACKEND_1, .daddr = CLIENT, LATER),
	  PASSED(NO_SERVICE) },
	{ "without-any", &any, PACKET(), DSR_1 },
	{ "without-any-reply", &any, ANSWER, PASSED(NO_SERVICE) },
	{ "without-any-ip6", &any, PACKET6(), PASSED(NOT_IP) },
	{ "without-any-icmp", &any, PACKET(PING), PASSED(NOT_UDP) },
	{ "without-any-first", &any, PACKET(FIRST), PASSED(FRAGMENT) },
	{ "without-any-later", &any, PACKET(LATER), PASSED(FRAGMENT) },
	{ "without-any-malformed", &any, PACKET(MALFORMED),
	  PASSED(BAD_UDP_LENGTH) },

	BASICS("all-but-nat", all_but_nat),
	BASICS("all-but-ip6", all_but_ip6),
	{ "with-ip6", &all_but_ip6, PACKET6(), FORWARDED6(2, TO6_2_NAT) },
	{ "with-ip6-extension", &all_but_ip6,
	  PACKET6(EXTENSIONS(EXTENSION(HOP_BY_HOP, 16), FRAGMENT6(0))),
	  FORWARDED6(2, TO6_2_NAT,
		     EXTENSIONS(EXTENSION(HOP_BY_HOP, 16), FRAGMENT6(0))) },
	{ "with-ip6-icmp", &all_but_ip6, PACKET6(PING6), PASSED(NOT_UDP) },
	BASICS("all-but-strict", all_but_strict),
	{ "with-strict", &all_but_strict, PACKET(MALFORMED),
	  DROPPED(MALFORMED) },
	{ "with-strict-header", &all_but_strict, PACKET(.ihl = 3),
	  DROPPED(MALFORMED) },
	BASICS("all-but-fragments", all_but_fragments),
	{ "with-fragments-first", &all_but_fragments, PACKET(FIRST),
	  FORWARDED(1, TO_1, FIRST) },
	{ "with-fragments-later", &all_but_fragments, PACKET(LATER),
	  FORWARDED(1, TO_1, LATER) },
	BASICS("all-but-echo", all_but_echo),
	{ "with-echo", &all_but_echo, PACKET(PING), PONG },
	{ "with-echo-error", &all_but_echo, ERROR(QUOTE()), PASSED(ICMP) },
	BASICS("all-but-icmp", all_but_icmp),
	{ "with-icmp", &all_but_icmp, ERROR(QUOTE()),
	  SENT(QUOTE(.saddr = BACKEND_1)) },
	{ "with-icmp-ping", &all_but_icmp, PACKET(PING), PASSED(ICMP) },
	{ "with-tunnel", &only_tunnel, PACKET(),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC,
		    .outer = { .tunnel = PACKET_IPIP,
			       .source = IP4(192, 0, 2, 250),
			       .destination = BACKEND_1 }) },
	{ "with-tunnel-too-big", &only_tunnel, PACKET(.payload = 33),
	  .reason = LB_REASON_TOLD_TOO_BIG,
	  .out = PACKET(.eth_dst = GATEWAY_MAC, .eth_src = LB_MAC, .tos = 0xc0,
			.id = 0, .fragment = 0x4000, .saddr = VIP,
			.daddr = CLIENT, .body = PACKET_ICMP, .icmp_type = 3,
			.icmp_code = 4, .icmp_rest = 60,
			.embedded = EMBEDDED(.payload = 33),
			.embedded_length = 28, .payload = 0) },
	{ "with-quic", &only_quic,
	  PACKET(.bytes = quic_bytes, .n_bytes = sizeof(quic_bytes)),
	  FORWARDED(7, .eth_dst = 14, .daddr = BACKEND_1, .dport = 7,
		    .bytes = quic_bytes, .n_bytes = sizeof(quic_bytes)) },
	{ "with-quic-flow", &only_quic, PACKET(),
	  FORWARDED(FLOW4_SLOT + 1, .eth_dst = SLOT_MAC(FLOW4_SLOT),
		    .daddr = BACKEND_1, .dport = FLOW4_SLOT + 1) },
	{ "with-snat", &only_snat, PACKET(),
	  FORWARDED(1, TO_1, .saddr = VIP, .dport = 5353) },
	{ "with-spray", &only_spray, PACKET(), FORWARDED(1, TO_1) },
	{ "with-filter-allowed", &only_filter, PACKET(), FORWARDED(1, TO_1) },
	{ "with-filter-denied", &only_filter, PACKET(.saddr = ROUTER),
	  DROPPED(DENIED) },
	{ 0 },
};
