/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checksums at their corners again, of IPv6 and of ICMP.  As in
 * checksum.c the constants that bring a packet there were searched for,
 * and harness.c holds every frame against a full computation.
 */
#include "world.h"

ONE_BACKEND(nat6, VIP6, BACKEND6_1, 5353);
ONE_BACKEND(snat6, VIP6, BACKEND6_1, 0, .forward = LB_FORWARD_SNAT);
ONE_BACKEND(dsr6, VIP6, BACKEND6_1, 0, .forward = LB_FORWARD_DSR);
ONE_BACKEND(itself6, VIP6, VIP6, 53);
/* Words of the VIP in another order: nothing changes in the sum. */
ONE_BACKEND(same_sum6, VIP6, IP6(0, 0x0db82001, 1, 0), 0);
ONE_BACKEND(all_ones6, VIP6,
	    IP6(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff), 65535);
ONE_BACKEND(almost_zero6, VIP6, IP6(0, 0, 0, 1), 0);
ONE_BACKEND(nat, VIP, BACKEND_1, 5353);
ONE_BACKEND(ping, VIP, BACKEND_1, 0, .ping = true);
ONE_BACKEND(ping6, VIP6, BACKEND6_1, 0, .ping = true);

#define ONES IP6(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)

#define QUOTE(...)                                                             \
	EMBEDDED(.saddr = VIP, .sport = 53, .daddr = CLIENT, .dport = 40000,   \
		 .ttl = 1, __VA_ARGS__)
#define QUOTE_1(...) QUOTE(.saddr = BACKEND_1, .sport = 5353, __VA_ARGS__)
#define ALMOST_ONES  IP6(0xfeffffff, 0xffffffff, 0xffffffff, 0xffffffff)
#define ERROR_(quoted, ...)                                                    \
	.saddr = ROUTER, .body = PACKET_ICMP, .icmp_type = 3, .icmp_code = 3,  \
	.embedded = quoted, .embedded_length = 28, .payload = 2, __VA_ARGS__
#define SENT_1(quoted, ...)                                                    \
	.reason = LB_REASON_ICMP_ERROR,                                        \
	.out = PACKET(ERROR_(quoted, .eth_src = LB_MAC,                        \
			     .eth_dst = BACKEND1_MAC, .daddr = BACKEND_1,      \
			     .ttl = 63, __VA_ARGS__))
#define QUOTE6(...)                                                            \
	EMBEDDED6(.saddr = VIP6, .sport = 53, .daddr = CLIENT6,                \
		  .dport = 40000, .ttl = 1, __VA_ARGS__)
#define QUOTE6_1(...) QUOTE6(.saddr = BACKEND6_1, .sport = 5353, __VA_ARGS__)
#define ERROR6_(quoted, ...)                                                   \
	.saddr = ROUTER6, .body = PACKET_ICMP, .icmp_type = 1, .icmp_code = 4, \
	.embedded = quoted, .embedded_length = 48, .payload = 2, __VA_ARGS__
#define SENT6_1(quoted, ...)                                                   \
	.reason = LB_REASON_ICMP_ERROR,                                        \
	.out = PACKET6(ERROR6_(quoted, .eth_src = LB_MAC,                      \
			       .eth_dst = BACKEND1_MAC, .daddr = BACKEND6_1,   \
			       .ttl = 63, __VA_ARGS__))

#define PING(...) .body = PACKET_ICMP, .icmp_rest = 0x12340001, __VA_ARGS__
#define PONG(...)                                                              \
	.reason = LB_REASON_ECHOED,                                            \
	.out = PACKET(.eth_dst = GATEWAY_MAC, .eth_src = LB_MAC, .saddr = VIP, \
		      .daddr = CLIENT, PING(__VA_ARGS__))
#define PONG6(...)                                                             \
	.reason = LB_REASON_ECHOED,                                            \
	.out = PACKET6(.eth_dst = GATEWAY_MAC, .eth_src = LB_MAC,              \
		       .saddr = VIP6, .daddr = CLIENT6, .icmp_type = 129,      \
		       PING(__VA_ARGS__))

const struct packet_case cases_checksum6[] = {
	{ "udp6-zero-goes-out-nat", &nat6, PACKET6(.first_word = 0xa7f5),
	  FORWARDED6(1, TO6_1, .dport = 5353, .first_word = 0xa7f5,
		     .udp_check = 0xffff) },
	{ "udp6-zero-goes-out-snat", &snat6, PACKET6(.first_word = 0x9fca),
	  FORWARDED6(1, TO6_1, .saddr = VIP6, .first_word = 0x9fca,
		     .udp_check = 0xffff) },
	{ "udp6-zero-comes-in", &nat6,
	  PACKET6(.first_word = 0xbcc3, .udp_check = 0xffff),
	  FORWARDED6(1, TO6_1, .dport = 5353, .first_word = 0xbcc3) },
	{ "udp6-zero-stays", &same_sum6,
	  PACKET6(.first_word = 0xbcc3, .udp_check = 0xffff),
	  FORWARDED6(1, .eth_dst = BACKEND1_MAC,
		     .daddr = IP6(0, 0x0db82001, 1, 0), .first_word = 0xbcc3,
		     .udp_check = 0xffff) },
	{ "udp6-zero-dsr", &dsr6,
	  PACKET6(.first_word = 0xbcc3, .udp_check = 0xffff),
	  FORWARDED6(1, .eth_dst = BACKEND1_MAC, .first_word = 0xbcc3,
		     .udp_check = 0xffff) },
	{ "udp6-unchanged", &itself6, PACKET6(),
	  FORWARDED6(1, .eth_dst = BACKEND1_MAC) },
	{ "udp6-bad-stays-bad", &nat6, PACKET6(.udp_error = 1),
	  FORWARDED6(1, TO6_1, .dport = 5353, .udp_error = 1) },
	{ "udp6-bad-large", &snat6, PACKET6(.udp_error = 0xfffe),
	  FORWARDED6(1, TO6_1, .saddr = VIP6, .udp_error = 0xfffe) },
	{ "udp6-extreme-ones", &all_ones6,
	  PACKET6(.saddr = ALMOST_ONES, .sport = 65535, .tos = 255,
		  .flow_label = 0xfffff, .ttl = 255),
	  FORWARDED6(1, .eth_dst = BACKEND1_MAC, .saddr = ALMOST_ONES,
		     .daddr = ONES, .sport = 65535, .dport = 65535, .tos = 255,
		     .flow_label = 0xfffff, .ttl = 254) },
	{ "udp6-extreme-zeros", &almost_zero6,
	  PACKET6(.saddr = IP6(0x00010000, 0, 0, 0), .sport = 0, .payload = 0),
	  FORWARDED6(1, .eth_dst = BACKEND1_MAC,
		     .saddr = IP6(0x00010000, 0, 0, 0),
		     .daddr = IP6(0, 0, 0, 1), .sport = 0, .payload = 0) },

	{ "icmp-0-goes-out", &nat,
	  PACKET(ERROR_(QUOTE(), .first_word = 0xda94)),
	  SENT_1(QUOTE_1(), .first_word = 0xda94, .icmp_check = 0) },
	{ "icmp-0-comes-in", &nat,
	  PACKET(ERROR_(QUOTE(), .first_word = 0x928b, .icmp_check = 0)),
	  SENT_1(QUOTE_1(), .first_word = 0x928b) },
	{ "icmp-ffff-comes-in", &nat,
	  PACKET(ERROR_(QUOTE(), .first_word = 0x928b, .icmp_check = 0xffff)),
	  SENT_1(QUOTE_1(), .first_word = 0x928b) },
	{ "icmp-quoted-udp-zero-goes-out", &nat,
	  PACKET(ERROR_(QUOTE(.first_word = 0xb25e))),
	  SENT_1(QUOTE_1(.first_word = 0xb25e, .udp_check = 0xffff)) },
	{ "icmp-quoted-udp-zero-comes-in", &nat,
	  PACKET(ERROR_(QUOTE(.first_word = 0x0f1c, .udp_check = 0xffff))),
	  SENT_1(QUOTE_1(.first_word = 0x0f1c)) },
	{ "icmp-quoted-ip-0-goes-out", &nat,
	  PACKET(ERROR_(QUOTE(.id = 0x856c))),
	  SENT_1(QUOTE_1(.id = 0x856c, .ip_check = 0)) },
	{ "icmp6-0-goes-out", &nat6,
	  PACKET6(ERROR6_(QUOTE6(), .first_word = 0xdb12)),
	  SENT6_1(QUOTE6_1(), .first_word = 0xdb12, .icmp_check = 0) },
	{ "icmp6-quoted-udp-zero-goes-out", &nat6,
	  PACKET6(ERROR6_(QUOTE6(.first_word = 0xa7f5))),
	  SENT6_1(QUOTE6_1(.first_word = 0xa7f5, .udp_check = 0xffff)) },

	{ "echo-0-goes-out", &ping,
	  PACKET(PING(.icmp_type = 8, .first_word = 0x85fa)),
	  PONG(.first_word = 0x85fa, .icmp_check = 0) },
	{ "echo-0-comes-in", &ping,
	  PACKET(PING(.icmp_type = 8, .first_word = 0x7dfa, .icmp_check = 0)),
	  PONG(.first_word = 0x7dfa) },
	{ "echo-ip-0-goes-out", &ping,
	  PACKET(PING(.icmp_type = 8, .id = 0x8e85, .ttl = 9)),
	  PONG(.id = 0x8e85, .ip_check = 0) },
	{ "echo6-0-goes-out", &ping6,
	  PACKET6(PING(.icmp_type = 128, .first_word = 0xc602)),
	  PONG6(.first_word = 0xc602, .icmp_check = 0) },
	{ 0 },
};
