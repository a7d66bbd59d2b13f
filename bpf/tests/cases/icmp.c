/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ICMP errors go where the flow goes that they are about: about what a VIP sent
 * to the backend, about what a backend was sent back to the client.
 */
#include "world.h"

#define VIP_2	    IP4(192, 0, 2, 2)
#define VIP_3	    IP4(192, 0, 2, 3)
#define OWN	    IP4(192, 0, 2, 77)
#define BACKEND_3   IP4(10, 0, 0, 13)
#define TUNNEL_FROM IP4(192, 0, 2, 250)

ONE_BACKEND(nat, VIP, BACKEND_1, 0);
ONE_BACKEND(nat_port, VIP, BACKEND_1, 5353);
ONE_BACKEND(snat, VIP, BACKEND_1, 5353, .forward = LB_FORWARD_SNAT);
ONE_BACKEND(dsr, VIP, BACKEND_1, 5353, .forward = LB_FORWARD_DSR);
ONE_BACKEND(spray, VIP, BACKEND_1, 5353, .balance = LB_BALANCE_PACKET);
ONE_BACKEND(all_ports, VIP, BACKEND_1, 0, .port = 0);
/* The VIP with its halves swapped: the addresses' change adds up to nothing. */
ONE_BACKEND(same_sum, VIP, IP4(2, 1, 192, 0), 0);

#define SLOTS(name, ...)                                                       \
	static const struct fixture name = {                                   \
		.SERVICES(SERVICE(VIP, 53, .mask = 7, __VA_ARGS__)),           \
		EIGHT_BACKENDS,                                                \
	}
SLOTS(flow_8, .balance = LB_BALANCE_FLOW);
SLOTS(source_8, .balance = LB_BALANCE_SOURCE);
SLOTS(quic_8, .balance = LB_BALANCE_QUIC);

static const struct fixture empty = { .SERVICES(SERVICE(VIP, 53)), .RING(0) };

/* The client may, and its router not; and the other way round for VIP_2. */
static const struct fixture filtered = {
	.SERVICES(SERVICE(VIP, 53, .filter = true, .deny = true),
		  SERVICE(VIP_2, 53, .filter = true, .deny = true, .id = 1)),
	.PREFIXES({ 0, CLIENT, 32, false }, { 1, ROUTER, 32, false }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};

/* With 56 bytes of ICMP: IP in IP takes them, GUE does not. */
static const struct fixture tunnels = {
	.SERVICES(SERVICE(VIP, 53, .forward = LB_FORWARD_IPIP),
		  SERVICE(VIP_2, 53, .forward = LB_FORWARD_GUE),
		  SERVICE(VIP_3, 53, .forward = LB_FORWARD_GUE, .base = 1)),
	.RING(1, 2),
	.BACKENDS(BACKEND(BACKEND_1, 6080, BACKEND1_MAC, .mtu = 80),
		  BACKEND(BACKEND_2, 6080, BACKEND2_MAC)),
	.tunnels = { { .source4 = TUNNEL_FROM, .answer = true },
		     { .source4 = TUNNEL_FROM, .answer = true } },
};

static const struct fixture replies = {
	.SERVICES(SERVICE(VIP, 53)),
	.REPLIES({ BACKEND_1, 53, VIP, 0, GATEWAY_MAC },
		 { BACKEND_1, 5353, VIP, 53, GATEWAY_MAC },
		 { BACKEND_2, 0, VIP_2, 0, GATEWAY_MAC },
		 { BACKEND_3, 53, VIP, 0, 0 }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};
/* Two services of one VIP: its bucket has no answer of its own. */
static const struct fixture asked = {
	.SERVICES(SERVICE(VIP, 0), SERVICE(VIP, 53, .base = 1)),
	.RING(2, 1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC),
		  BACKEND(BACKEND_2, 0, BACKEND2_MAC)),
};
static const struct fixture own = {
	.SERVICES(SERVICE(VIP, 53), { .address = OWN,
				      .base = UINT32_MAX,
				      .balance = LB_BALANCE_PACKET,
				      .forward = LB_FORWARD_OWN }),
	.REPLIES({ BACKEND_1, 53, VIP, 0, GATEWAY_MAC }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};
static const struct fixture nothing = { 0 };

/* What the VIP once sent to the client, as a router there quotes it. */
#define QUOTE(...)                                                             \
	EMBEDDED(.saddr = VIP, .sport = 53, .daddr = CLIENT, .dport = 40000,   \
		 .ttl = 1, __VA_ARGS__)
#define ERROR_(quoted, ...)                                                    \
	.saddr = ROUTER, .body = PACKET_ICMP, .icmp_type = 3, .icmp_code = 3,  \
	.embedded = quoted, .embedded_length = 28, .payload = 0, __VA_ARGS__
#define ERROR(quoted, ...) PACKET(ERROR_(quoted, __VA_ARGS__))
#define SENT(mac, quoted, ...)                                                 \
	.reason = LB_REASON_ICMP_ERROR,                                        \
	.out = PACKET(ERROR_(quoted, .eth_src = LB_MAC, .eth_dst = mac,        \
			     .ttl = 63, __VA_ARGS__))
#define SENT_1(quoted, ...)                                                    \
	SENT(BACKEND1_MAC, quoted, .daddr = BACKEND_1, __VA_ARGS__)
#define FROM_1(...) QUOTE(.saddr = BACKEND_1, __VA_ARGS__)
#define SENT_SLOT(i)                                                           \
	SENT(SLOT_MAC(i), FROM_1(.sport = (i) + 1), .daddr = BACKEND_1)

/* Each type and code as it is. */
#define THROUGH(name, type, code, ...)                                         \
	{                                                                      \
		"icmp-" name, &nat,                                            \
			ERROR(QUOTE(), .icmp_type = type, .icmp_code = code,   \
			      __VA_ARGS__),                                    \
			SENT_1(FROM_1(), .icmp_type = type, .icmp_code = code, \
			       __VA_ARGS__)                                    \
	}
#define LEFT(name, type, code)                                                 \
	{                                                                      \
		"icmp-" name, &nat,                                            \
			ERROR(QUOTE(), .icmp_type = type, .icmp_code = code),  \
			PASSED(ICMP)                                           \
	}

/* What the client once sent, as somebody before the backend quotes it. */
#define QUESTION(...) EMBEDDED(.daddr = BACKEND_1, .ttl = 63, __VA_ARGS__)
#define REFUSED(quoted, ...)                                                   \
	PACKET(ERROR_(quoted, .saddr = BACKEND_1, .daddr = CLIENT, __VA_ARGS__))
#define PASSED_ON(quoted, ...)                                                 \
	SENT(GATEWAY_MAC, quoted, .saddr = VIP, .daddr = CLIENT, __VA_ARGS__)

const struct packet_case cases_icmp[] = {
	THROUGH("unreachable-net", 3, 0, .icmp_rest = 0),
	THROUGH("unreachable-host", 3, 1, .icmp_rest = 0),
	THROUGH("unreachable-port", 3, 3, .icmp_rest = 0),
	THROUGH("too-big", 3, 4, .icmp_rest = 1280),
	THROUGH("unreachable-15", 3, 15, .icmp_rest = 0),
	THROUGH("time-exceeded", 11, 0, .icmp_rest = 0),
	THROUGH("time-exceeded-fragments", 11, 1, .icmp_rest = 0),
	THROUGH("parameter-problem", 12, 0, .icmp_rest = 0x09000000),
	LEFT("echo-reply", 0, 0),
	LEFT("source-quench", 4, 0),
	LEFT("redirect", 5, 1),
	LEFT("echo-nobody-answers", 8, 0),
	LEFT("router-advertisement", 9, 0),
	LEFT("timestamp", 13, 0),
	LEFT("type-2", 2, 0),
	LEFT("type-255", 255, 0),

	{ "icmp-port", &nat_port, ERROR(QUOTE()),
	  SENT_1(FROM_1(.sport = 5353)) },
	{ "icmp-all-ports", &all_ports, ERROR(QUOTE(.sport = 7)),
	  SENT_1(FROM_1(.sport = 7)) },
	{ "icmp-asked-port", &asked, ERROR(QUOTE()), SENT_1(FROM_1()) },
	{ "icmp-asked-all-ports", &asked, ERROR(QUOTE(.sport = 54)),
	  SENT(BACKEND2_MAC, QUOTE(.saddr = BACKEND_2, .sport = 54),
	       .daddr = BACKEND_2) },
	{ "icmp-no-checksum-quoted", &nat_port, ERROR(QUOTE(.udp_check = 0)),
	  SENT_1(FROM_1(.sport = 5353, .udp_check = 0)) },
	{ "icmp-same-sum", &same_sum, ERROR(QUOTE()),
	  SENT(BACKEND1_MAC, QUOTE(.saddr = IP4(2, 1, 192, 0)),
	       .daddr = IP4(2, 1, 192, 0)) },
	{ "icmp-quotes-all", &nat_port,
	  ERROR(QUOTE(), .embedded_length = PACKET_AUTO),
	  SENT_1(FROM_1(.sport = 5353), .embedded_length = PACKET_AUTO) },
	{ "icmp-quotes-odd", &nat_port, ERROR(QUOTE(), .embedded_length = 31),
	  SENT_1(FROM_1(.sport = 5353), .embedded_length = 31) },
	{ "icmp-quotes-1400", &nat_port,
	  ERROR(QUOTE(.payload = 1400), .embedded_length = 1428),
	  SENT_1(FROM_1(.sport = 5353, .payload = 1400),
		 .embedded_length = 1428) },
	{ "icmp-quotes-and-more", &nat, ERROR(QUOTE(), .payload = 99),
	  SENT_1(FROM_1(), .payload = 99) },
	{ "icmp-padded", &nat, ERROR(QUOTE(), .padding = 4),
	  SENT_1(FROM_1(), .padding = 4) },
	{ "icmp-vlan", &nat, ERROR(QUOTE(), TAG({ AD, 7 }, { Q, 8 })),
	  SENT_1(FROM_1(), TAG({ AD, 7 }, { Q, 8 })) },
	{ "icmp-ttl-0", &nat, ERROR(QUOTE(), .ttl = 0), DROPPED(TTL_EXPIRED) },
	{ "icmp-ttl-1", &nat, ERROR(QUOTE(), .ttl = 1), DROPPED(TTL_EXPIRED) },
	{ "icmp-ttl-2", &nat, ERROR(QUOTE(), .ttl = 2),
	  SENT_1(FROM_1(), .ttl = 1) },
	{ "icmp-quoted-ttl-does-not-matter", &nat, ERROR(QUOTE(.ttl = 0)),
	  SENT_1(FROM_1(.ttl = 0)) },
	{ "icmp-quoted-tos-and-id", &nat,
	  ERROR(QUOTE(.tos = 255, .id = 65535, .fragment = 0x4000)),
	  SENT_1(FROM_1(.tos = 255, .id = 65535, .fragment = 0x4000)) },
	{ "icmp-quoted-first-fragment", &nat, ERROR(QUOTE(.fragment = 0x2000)),
	  SENT_1(FROM_1(.fragment = 0x2000)) },
	/* A router that quotes lengths as it sees them is none of our business.
	 */
	{ "icmp-quoted-length-wrong", &nat, ERROR(QUOTE(.ip_length = 9999)),
	  SENT_1(FROM_1(.ip_length = 9999)) },
	{ "icmp-bad-stays-bad", &nat_port,
	  ERROR(QUOTE(.ip_error = 3, .udp_error = 4), .icmp_error = 5),
	  SENT_1(FROM_1(.sport = 5353, .ip_error = 3, .udp_error = 4),
		 .icmp_error = 5) },
	{ "icmp-bad-outer-stays-bad", &nat, ERROR(QUOTE(), .ip_error = 9),
	  SENT_1(FROM_1(), .ip_error = 9) },
	{ "icmp-from-the-client-itself", &nat, ERROR(QUOTE(), .saddr = CLIENT),
	  SENT_1(FROM_1(), .saddr = CLIENT) },

	{ "icmp-slot-flow", &flow_8, ERROR(QUOTE()), SENT_SLOT(FLOW4_SLOT) },
	{ "icmp-slot-source", &source_8, ERROR(QUOTE()),
	  SENT_SLOT(SOURCE4_SLOT) },
	{ "icmp-slot-quic-is-flow", &quic_8, ERROR(QUOTE()),
	  SENT_SLOT(FLOW4_SLOT) },
	{ "icmp-spray", &spray, ERROR(QUOTE()), PASSED(ICMP) },
	{ "icmp-snat", &snat, ERROR(QUOTE()), PASSED(ICMP) },
	{ "icmp-dsr", &dsr, ERROR(QUOTE()), SENT(BACKEND1_MAC, QUOTE()) },
	{ "icmp-dsr-ttl-1", &dsr, ERROR(QUOTE(), .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "icmp-no-backend", &empty, ERROR(QUOTE(), .ttl = 1),
	  DROPPED(NO_BACKEND) },
	{ "icmp-filter-allows-the-client", &filtered, ERROR(QUOTE()),
	  SENT_1(FROM_1()) },
	{ "icmp-filter-denies-the-client", &filtered,
	  ERROR(QUOTE(.saddr = VIP_2), .daddr = VIP_2), DROPPED(DENIED) },

	/* About what we asked the backend ourselves. */
	{ "icmp-of-our-own", &own,
	  ERROR(EMBEDDED(.saddr = OWN, .sport = 40000, .daddr = BACKEND_1,
			 .dport = 53),
		.saddr = BACKEND_1, .daddr = OWN),
	  PASSED(ICMP) },
	{ "icmp-other-port", &nat, ERROR(QUOTE(.sport = 54)), PASSED(ICMP) },
	{ "icmp-port-of-the-client", &nat,
	  ERROR(QUOTE(.sport = 40000, .dport = 53)), PASSED(ICMP) },
	{ "icmp-no-vip", &nat, ERROR(QUOTE(.saddr = VIP_2), .daddr = VIP_2),
	  PASSED(ICMP) },
	{ "icmp-not-to-the-vip", &nat, ERROR(QUOTE(), .daddr = VIP_2),
	  PASSED(ICMP) },
	{ "icmp-not-of-the-vip", &nat, ERROR(QUOTE(.saddr = VIP_2)),
	  PASSED(ICMP) },
	{ "icmp-no-tables", &nothing, ERROR(QUOTE()), PASSED(ICMP) },
	{ "icmp-quotes-27", &nat, ERROR(QUOTE(), .embedded_length = 27),
	  PASSED(ICMP) },
	{ "icmp-quotes-27-padded", &nat,
	  ERROR(QUOTE(), .embedded_length = 27, .padding = 20), PASSED(ICMP) },
	{ "icmp-quotes-nothing", &nat, ERROR(QUOTE(), .embedded_length = 0),
	  PASSED(ICMP) },
	{ "icmp-quotes-tcp", &nat, ERROR(QUOTE(.protocol = 6)), PASSED(ICMP) },
	{ "icmp-quotes-icmp", &nat, ERROR(QUOTE(.protocol = 1)), PASSED(ICMP) },
	{ "icmp-quotes-options", &nat,
	  ERROR(QUOTE(.options = 4), .embedded_length = 32), PASSED(ICMP) },
	{ "icmp-quotes-version-6", &nat, ERROR(QUOTE(.version = 6)),
	  PASSED(ICMP) },
	{ "icmp-quotes-ihl-4", &nat, ERROR(QUOTE(.ihl = 4)), PASSED(ICMP) },
	{ "icmp-quotes-later-fragment", &nat, ERROR(QUOTE(.fragment = 1)),
	  PASSED(ICMP) },
	{ "icmp-quotes-middle-fragment", &nat, ERROR(QUOTE(.fragment = 0x3000)),
	  PASSED(ICMP) },
	{ "icmp-below-8", &nat, ERROR(QUOTE(), .ip_length = 27, CUT(41)),
	  PASSED(ICMP) },
	{ "icmp-below-8-padded", &nat, ERROR(QUOTE(), .ip_length = 27),
	  PASSED(ICMP) },
	{ "icmp-no-body", &nat, ERROR(QUOTE(), .ip_length = 20, CUT(34)),
	  PASSED(ICMP) },
	{ "icmp-ip-length-19", &nat, ERROR(QUOTE(), .ip_length = 19),
	  PASSED(BAD_IP_LENGTH) },
	{ "icmp-ip-length-beyond-frame", &nat, ERROR(QUOTE(), .ip_length = 57),
	  PASSED(BAD_IP_LENGTH) },
	{ "icmp-ip-options", &nat, ERROR(QUOTE(), .options = 4),
	  PASSED(IP_OPTIONS) },
	{ "icmp-ip-version", &nat, ERROR(QUOTE(), .version = 5),
	  PASSED(BAD_IP_HEADER) },
	{ "icmp-cut-in-ip", &nat, ERROR(QUOTE(), CUT(33)), PASSED(TRUNCATED) },
	{ "icmp-fragment", &nat, ERROR(QUOTE(), .fragment = 0x2000),
	  PASSED(FRAGMENT) },
	{ "icmp-later-fragment", &nat, ERROR(QUOTE(), .fragment = 1),
	  PASSED(FRAGMENT) },
	{ "icmp-multicast-mac", &nat, ERROR(QUOTE(), .eth_dst = 0x01005e000201),
	  PASSED(NOT_UNICAST) },

	{ "icmp-ipip", &tunnels, ERROR(QUOTE()),
	  SENT(BACKEND1_MAC, QUOTE(),
	       .outer = { .tunnel = PACKET_IPIP,
			  .source = TUNNEL_FROM,
			  .destination = BACKEND_1 }) },
	{ "icmp-ipip-ttl-1", &tunnels, ERROR(QUOTE(), .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "icmp-ipip-too-big", &tunnels, ERROR(QUOTE(), .payload = 5),
	  DROPPED(TOO_BIG) },
	{ "icmp-gue-too-big", &tunnels,
	  ERROR(QUOTE(.saddr = VIP_2), .daddr = VIP_2), DROPPED(TOO_BIG) },
	/* The hash is that of the flow, not that of the error. */
	{ "icmp-gue", &tunnels,
	  ERROR(QUOTE(.saddr = VIP_3), .daddr = VIP_3, .tos = 0xc0),
	  SENT(BACKEND2_MAC, QUOTE(.saddr = VIP_3), .daddr = VIP_3, .tos = 0xc0,
	       .outer = { .tunnel = PACKET_GUE,
			  .source = TUNNEL_FROM,
			  .destination = BACKEND_2,
			  .tos = 0xc0,
			  .sport = 0xc000 | (FLOW4_HASH & 0x3fff),
			  .dport = 6080 }) },

	{ "icmp-reply", &replies, REFUSED(QUESTION()),
	  PASSED_ON(QUESTION(.daddr = VIP)) },
	{ "icmp-reply-port", &replies, REFUSED(QUESTION(.dport = 5353)),
	  PASSED_ON(QUESTION(.daddr = VIP)) },
	{ "icmp-reply-port-no-checksum", &replies,
	  REFUSED(QUESTION(.dport = 5353, .udp_check = 0)),
	  PASSED_ON(QUESTION(.daddr = VIP, .udp_check = 0)) },
	{ "icmp-reply-all-ports", &replies,
	  REFUSED(QUESTION(.daddr = BACKEND_2, .dport = 9), .saddr = BACKEND_2),
	  PASSED_ON(QUESTION(.daddr = VIP_2, .dport = 9), .saddr = VIP_2) },
	{ "icmp-reply-from-a-router", &replies,
	  REFUSED(QUESTION(.dport = 5353), .saddr = ROUTER),
	  PASSED_ON(QUESTION(.daddr = VIP), .saddr = ROUTER) },
	{ "icmp-reply-too-big-from-a-router", &replies,
	  REFUSED(QUESTION(), .icmp_code = 4, .icmp_rest = 1400,
		  .saddr = ROUTER),
	  PASSED_ON(QUESTION(.daddr = VIP), .icmp_code = 4, .icmp_rest = 1400,
		    .saddr = ROUTER) },
	{ "icmp-reply-time-exceeded", &replies,
	  REFUSED(QUESTION(), .icmp_type = 11, .icmp_code = 0, .saddr = ROUTER),
	  PASSED_ON(QUESTION(.daddr = VIP), .icmp_type = 11, .icmp_code = 0,
		    .saddr = ROUTER) },
	{ "icmp-reply-quotes-all", &replies,
	  REFUSED(QUESTION(.dport = 5353), .embedded_length = PACKET_AUTO),
	  PASSED_ON(QUESTION(.daddr = VIP), .embedded_length = PACKET_AUTO) },
	{ "icmp-reply-bad-stays-bad", &replies,
	  REFUSED(QUESTION(.dport = 5353, .ip_error = 3, .udp_error = 4),
		  .icmp_error = 5, .ip_error = 6),
	  PASSED_ON(QUESTION(.daddr = VIP, .ip_error = 3, .udp_error = 4),
		    .icmp_error = 5, .ip_error = 6) },
	{ "icmp-reply-no-gateway", &replies,
	  REFUSED(QUESTION(.daddr = BACKEND_3), .ttl = 1, .saddr = BACKEND_3),
	  DROPPED(NO_GATEWAY) },
	{ "icmp-reply-ttl-1", &replies, REFUSED(QUESTION(), .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "icmp-reply-vlan", &replies, REFUSED(QUESTION(), TAG({ Q, 7 })),
	  PASSED_ON(QUESTION(.daddr = VIP), TAG({ Q, 7 })) },
	{ "icmp-reply-other-port", &replies, REFUSED(QUESTION(.dport = 54)),
	  PASSED(ICMP) },
	{ "icmp-reply-other-backend", &replies,
	  REFUSED(QUESTION(.daddr = IP4(10, 0, 0, 99))), PASSED(ICMP) },
	{ "icmp-reply-not-to-the-client", &replies,
	  REFUSED(QUESTION(.saddr = ROUTER)), PASSED(ICMP) },
	/* Before the backend was found: it is for the service, if it is one. */
	{ "icmp-reply-or-service", &replies,
	  ERROR(QUESTION(.saddr = VIP, .sport = 53)),
	  SENT_1(QUESTION(.saddr = BACKEND_1, .sport = 53)) },
	{ 0 },
};
