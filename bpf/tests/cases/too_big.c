/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does not fit into its tunnel: the client is told how long packets may
 * be, or nobody is.
 */
#include "world.h"

#define SOURCE4	 IP4(192, 0, 2, 250)
#define SOURCE6	 IP6(0x20010db8, 0, 0, 0x000000fa)
#define GUE_PORT 6080
#define IPIP	 .forward = LB_FORWARD_IPIP
#define GUE	 .forward = LB_FORWARD_GUE

/* The default packets have 60 and 80 bytes; so long they may be here. */
#define MTU(name, vip, backend, largest, told, ...)                            \
	static const struct fixture name = {                                   \
		.SERVICES({ .address = vip, .port = 53, __VA_ARGS__ }),        \
		.RING(1),                                                      \
		.BACKENDS({ .address = backend,                                \
			    .port = GUE_PORT,                                  \
			    .mac = BACKEND1_MAC,                               \
			    .mtu = largest }),                                 \
		.tunnels = { { .source4 = SOURCE4,                             \
			       .source6 = SOURCE6,                             \
			       .answer = told },                               \
			     { .source4 = SOURCE4,                             \
			       .source6 = SOURCE6,                             \
			       .answer = told } },                             \
	}

MTU(fits_ipip44, VIP, BACKEND_1, 80, true, IPIP);
MTU(fits_ipip46, VIP, BACKEND6_1, 100, true, IPIP);
MTU(fits_ipip64, VIP6, BACKEND_1, 100, true, IPIP);
MTU(fits_ipip66, VIP6, BACKEND6_1, 120, true, IPIP);
MTU(fits_gue44, VIP, BACKEND_1, 88, true, GUE);
MTU(fits_gue46, VIP, BACKEND6_1, 108, true, GUE);
MTU(fits_gue64, VIP6, BACKEND_1, 108, true, GUE);
MTU(fits_gue66, VIP6, BACKEND6_1, 128, true, GUE);
MTU(told_ipip44, VIP, BACKEND_1, 79, true, IPIP);
MTU(told_ipip46, VIP, BACKEND6_1, 99, true, IPIP);
MTU(told_ipip64, VIP6, BACKEND_1, 99, true, IPIP);
MTU(told_ipip66, VIP6, BACKEND6_1, 119, true, IPIP);
MTU(told_gue44, VIP, BACKEND_1, 87, true, GUE);
MTU(told_gue46, VIP, BACKEND6_1, 107, true, GUE);
MTU(told_gue64, VIP6, BACKEND_1, 107, true, GUE);
MTU(told_gue66, VIP6, BACKEND6_1, 127, true, GUE);
MTU(muted_ipip44, VIP, BACKEND_1, 79, false, IPIP);
MTU(muted_ipip66, VIP6, BACKEND6_1, 119, false, IPIP);
MTU(muted_gue44, VIP, BACKEND_1, 87, false, GUE);
MTU(muted_gue66, VIP6, BACKEND6_1, 127, false, GUE);
MTU(source44, VIP, BACKEND_1, 79, true, IPIP, .balance = LB_BALANCE_SOURCE);
MTU(source66, VIP6, BACKEND6_1, 119, true, IPIP, .balance = LB_BALANCE_SOURCE);
MTU(mtu_1400, VIP, BACKEND_1, 1400, true, IPIP);
MTU(mtu_1400_6, VIP6, BACKEND6_1, 1400, true, GUE);
MTU(mtu_47, VIP, BACKEND_1, 47, true, IPIP);
MTU(mtu_94_6, VIP6, BACKEND6_1, 94, true, IPIP);
MTU(no_mtu, VIP, BACKEND_1, 0, true, IPIP);
MTU(nat, VIP, BACKEND_1, 20, true);
MTU(dsr, VIP, BACKEND_1, 20, true, .forward = LB_FORWARD_DSR);

/* Only one of the two tunnels tells. */
static const struct fixture one_tells = {
	.SERVICES(SERVICE(VIP, 53, IPIP), SERVICE(VIP, 54, GUE)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 6080, BACKEND1_MAC, .mtu = 40)),
	.tunnels = { { .answer = true }, { .answer = false } },
};
static const struct fixture other_tells = {
	.SERVICES(SERVICE(VIP, 53, IPIP), SERVICE(VIP, 54, GUE)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 6080, BACKEND1_MAC, .mtu = 40)),
	.tunnels = { { .answer = false }, { .answer = true } },
};

#define IN4(...)                                                               \
	.eth_dst = BACKEND1_MAC,                                               \
	.outer = { .source = SOURCE4, .destination = BACKEND_1, __VA_ARGS__ }
#define IN6(...)                                                               \
	.eth_dst = BACKEND1_MAC,                                               \
	.outer = { .source = SOURCE6, .destination = BACKEND6_1, __VA_ARGS__ }
#define BY_IPIP	    .tunnel = PACKET_IPIP
#define BY_GUE	    .tunnel = PACKET_GUE, .dport = GUE_PORT
#define PORT(hash)  .sport = 0xc000 | ((hash)&0x3fff)
#define LABEL(hash) .flow_label = (hash)&0xfffff

/* The answer to a packet; what is quoted are its own fields, then the rest. */
#define QUOTED(...) EMBEDDED(__VA_ARGS__)
#define TOLD(mtu, quoted, ...)                                                 \
	.reason = LB_REASON_TOLD_TOO_BIG,                                      \
	.out = PACKET(.eth_dst = GATEWAY_MAC, .eth_src = LB_MAC, .tos = 0xc0,  \
		      .id = 0, .fragment = 0x4000, .saddr = VIP,               \
		      .daddr = CLIENT, .body = PACKET_ICMP, .icmp_type = 3,    \
		      .icmp_code = 4, .icmp_rest = (mtu), .embedded = quoted,  \
		      .embedded_length = 28, .payload = 0, __VA_ARGS__)
#define QUOTED6(...) EMBEDDED6(__VA_ARGS__)
#define TOLD6(mtu, quoted, ...)                                                \
	.reason = LB_REASON_TOLD_TOO_BIG,                                      \
	.out = PACKET6(.eth_dst = GATEWAY_MAC, .eth_src = LB_MAC,              \
		       .saddr = VIP6, .daddr = CLIENT6, .body = PACKET_ICMP,   \
		       .icmp_type = 2, .icmp_rest = (mtu), .embedded = quoted, \
		       .embedded_length = 56, .payload = 0, __VA_ARGS__)

#define FIRST  .fragment = 0x2000, .udp_length = 1480
#define LATER  .fragment = 0x00b9, .body = PACKET_RAW
#define FIRST6 EXTENSIONS(FRAGMENT6(1)), .udp_length = 1480
#define LATER6 EXTENSIONS(FRAGMENT6(0x05c8)), .body = PACKET_RAW

const struct packet_case cases_too_big[] = {
	{ "mtu-fits-ipip-4-in-4", &fits_ipip44, PACKET(),
	  FORWARDED(1, IN4(BY_IPIP)) },
	{ "mtu-fits-ipip-4-in-6", &fits_ipip46, PACKET(),
	  FORWARDED(1, IN6(BY_IPIP, LABEL(FLOW4_HASH))) },
	{ "mtu-fits-ipip-6-in-4", &fits_ipip64, PACKET6(),
	  FORWARDED6(1, IN4(BY_IPIP)) },
	{ "mtu-fits-ipip-6-in-6", &fits_ipip66, PACKET6(),
	  FORWARDED6(1, IN6(BY_IPIP, LABEL(FLOW6_HASH))) },
	{ "mtu-fits-gue-4-in-4", &fits_gue44, PACKET(),
	  FORWARDED(1, IN4(BY_GUE, PORT(FLOW4_HASH))) },
	{ "mtu-fits-gue-4-in-6", &fits_gue46, PACKET(),
	  FORWARDED(1, IN6(BY_GUE, PORT(FLOW4_HASH), LABEL(FLOW4_HASH))) },
	{ "mtu-fits-gue-6-in-4", &fits_gue64, PACKET6(),
	  FORWARDED6(1, IN4(BY_GUE, PORT(FLOW6_HASH))) },
	{ "mtu-fits-gue-6-in-6", &fits_gue66, PACKET6(),
	  FORWARDED6(1, IN6(BY_GUE, PORT(FLOW6_HASH), LABEL(FLOW6_HASH))) },
	{ "mtu-padding-does-not-count", &fits_ipip44, PACKET(.padding = 9),
	  FORWARDED(1, IN4(BY_IPIP), .padding = 9) },
	{ "mtu-vlan-does-not-count", &fits_gue44,
	  PACKET(TAG({ AD, 1 }, { Q, 2 })),
	  FORWARDED(1, IN4(BY_GUE, PORT(FLOW4_HASH)),
		    TAG({ AD, 1 }, { Q, 2 })) },
	{ "mtu-none", &no_mtu, PACKET(.payload = 1472),
	  FORWARDED(1, IN4(BY_IPIP), .payload = 1472) },
	{ "mtu-not-for-nat", &nat, PACKET(),
	  FORWARDED(1, TO_1, .dport = GUE_PORT) },
	{ "mtu-not-for-dsr", &dsr, PACKET(),
	  FORWARDED(1, .eth_dst = BACKEND1_MAC) },

	{ "too-big-told-ipip-4-in-4", &told_ipip44, PACKET(),
	  TOLD(59, QUOTED()) },
	{ "too-big-told-ipip-4-in-6", &told_ipip46, PACKET(),
	  TOLD(59, QUOTED()) },
	{ "too-big-told-gue-4-in-4", &told_gue44, PACKET(),
	  TOLD(59, QUOTED()) },
	{ "too-big-told-gue-4-in-6", &told_gue46, PACKET(),
	  TOLD(59, QUOTED()) },
	{ "too-big-told-ipip-6-in-4", &told_ipip64, PACKET6(),
	  TOLD6(79, QUOTED6()) },
	{ "too-big-told-ipip-6-in-6", &told_ipip66, PACKET6(),
	  TOLD6(79, QUOTED6()) },
	{ "too-big-told-gue-6-in-4", &told_gue64, PACKET6(),
	  TOLD6(79, QUOTED6()) },
	{ "too-big-told-gue-6-in-6", &told_gue66, PACKET6(),
	  TOLD6(79, QUOTED6()) },
	{ "too-big-muted-ipip-4", &muted_ipip44, PACKET(), DROPPED(TOO_BIG) },
	{ "too-big-muted-ipip-6", &muted_ipip66, PACKET6(), DROPPED(TOO_BIG) },
	{ "too-big-muted-gue-4", &muted_gue44, PACKET(), DROPPED(TOO_BIG) },
	{ "too-big-muted-gue-6", &muted_gue66, PACKET6(), DROPPED(TOO_BIG) },
	{ "too-big-one-tells", &one_tells, PACKET(), TOLD(20, QUOTED()) },
	{ "too-big-one-does-not", &one_tells, PACKET(.dport = 54),
	  DROPPED(TOO_BIG) },
	{ "too-big-other-does-not", &other_tells, PACKET(), DROPPED(TOO_BIG) },
	{ "too-big-other-tells", &other_tells, PACKET(.dport = 54),
	  TOLD(12, QUOTED(.dport = 54)) },

	{ "too-big-1400", &mtu_1400, PACKET(.payload = 1353),
	  TOLD(1380, QUOTED(.payload = 1353)) },
	{ "too-big-1400-fits", &mtu_1400, PACKET(.payload = 1352),
	  FORWARDED(1, IN4(BY_IPIP), .payload = 1352) },
	{ "too-big-1472", &mtu_1400, PACKET(.payload = 1472),
	  TOLD(1380, QUOTED(.payload = 1472)) },
	{ "too-big-1472-ip6", &mtu_1400_6, PACKET6(.payload = 1472),
	  TOLD6(1352, QUOTED6(.payload = 1472)) },
	{ "too-big-payload-1", &mtu_47, PACKET(.payload = 1),
	  TOLD(27, QUOTED(.payload = 1)) },
	{ "too-big-nothing-to-quote-ip6", &mtu_94_6, PACKET6(.payload = 7),
	  DROPPED(TOO_BIG) },
	{ "too-big-just-enough-to-quote-ip6", &mtu_94_6, PACKET6(.payload = 8),
	  TOLD6(54, QUOTED6(.payload = 8)) },
	{ "too-big-payload-odd", &mtu_1400, PACKET(.payload = 1401),
	  TOLD(1380, QUOTED(.payload = 1401)) },
	{ "too-big-padded", &told_ipip44, PACKET(.padding = 18),
	  TOLD(59, QUOTED()) },
	{ "too-big-vlan", &told_ipip44, PACKET(TAG({ Q, 0xbfff })),
	  TOLD(59, QUOTED(), TAG({ Q, 0xbfff })) },
	{ "too-big-vlan-two", &told_gue44, PACKET(TAG({ AD, 7 }, { Q, 8 })),
	  TOLD(59, QUOTED(), TAG({ AD, 7 }, { Q, 8 })) },
	{ "too-big-vlan-ip6", &told_gue66, PACKET6(TAG({ Q, 7 })),
	  TOLD6(79, QUOTED6(), TAG({ Q, 7 })) },
	{ "too-big-vlan-two-ip6", &told_ipip64,
	  PACKET6(TAG({ Q, 7 }, { Q, 8 })),
	  TOLD6(79, QUOTED6(), TAG({ Q, 7 }, { Q, 8 })) },
	{ "too-big-ttl-1", &told_ipip44, PACKET(.ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "too-big-ttl-2", &told_ipip44, PACKET(.ttl = 2),
	  TOLD(59, QUOTED(.ttl = 2)) },
	{ "too-big-hops-1", &told_gue66, PACKET6(.ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "too-big-hops-255", &told_gue66, PACKET6(.ttl = 255),
	  TOLD6(79, QUOTED6(.ttl = 255)) },
	{ "too-big-class-is-ours", &told_ipip44,
	  PACKET(.tos = 0xff, .id = 0xffff, .fragment = 0x4000),
	  TOLD(59, QUOTED(.tos = 0xff, .id = 0xffff, .fragment = 0x4000)) },
	{ "too-big-class-is-ours-ip6", &told_gue64,
	  PACKET6(.tos = 0xff, .flow_label = 0xfffff),
	  TOLD6(79, QUOTED6(.tos = 0xff, .flow_label = 0xfffff)) },
	{ "too-big-without-checksum", &told_ipip44, PACKET(.udp_check = 0),
	  TOLD(59, QUOTED(.udp_check = 0)) },
	{ "too-big-quotes-what-is-bad", &told_ipip44,
	  PACKET(.ip_error = 5, .udp_error = 6),
	  TOLD(59, QUOTED(.ip_error = 5, .udp_error = 6)) },
	{ "too-big-quotes-what-is-bad-ip6", &told_ipip66,
	  PACKET6(.udp_error = 0x1234),
	  TOLD6(79, QUOTED6(.udp_error = 0x1234)) },
	{ "too-big-first", &source44, PACKET(FIRST), TOLD(59, QUOTED(FIRST)) },
	{ "too-big-later", &source44, PACKET(LATER, .payload = 41),
	  DROPPED(TOO_BIG) },
	{ "too-big-later-fits", &source44, PACKET(LATER, .payload = 39),
	  FORWARDED(1, IN4(BY_IPIP), LATER, .payload = 39) },
	{ "too-big-first-ip6", &source66, PACKET6(FIRST6),
	  TOLD6(79, QUOTED6(FIRST6)) },
	{ "too-big-later-ip6", &source66, PACKET6(LATER6), DROPPED(TOO_BIG) },
	{ "too-big-extensions", &told_ipip64,
	  PACKET6(EXTENSIONS(EXTENSION(DESTINATION, 64))),
	  TOLD6(79, QUOTED6(EXTENSIONS(EXTENSION(DESTINATION, 64)))) },
	{ "too-big-extensions-count", &fits_ipip64,
	  PACKET6(EXTENSIONS(FRAGMENT6(0))),
	  TOLD6(80, QUOTED6(EXTENSIONS(FRAGMENT6(0)))) },
	{ 0 },
};
