/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who sends what goes no further is told: port unreachable where nobody serves,
 * time exceeded where the TTL ends; or nobody is.
 */
#include "world.h"

#define VIP_2	  IP4(192, 0, 2, 2)
#define OWN	  IP4(192, 0, 2, 77)
#define MULTICAST IP4(224, 0, 0, 251)
#define BROADCAST IP4(255, 255, 255, 255)
#define SOURCE4	  IP4(192, 0, 2, 250)
#define SOURCE6	  IP6(0x20010db8, 0, 0, 0x000000fa)

/* Nobody serves.  What a backend would be told must not count here. */
#define EMPTY(name, vip, ...)                                                  \
	static const struct fixture name = {                                   \
		.SERVICES({ .address = vip,                                    \
			    .port = 53,                                        \
			    .tell = true,                                      \
			    __VA_ARGS__ }),                                    \
		.RING(0),                                                      \
	}
EMPTY(empty, VIP);
EMPTY(empty6, VIP6);
EMPTY(empty_silent, VIP, .tell = false);
EMPTY(empty6_silent, VIP6, .tell = false);
EMPTY(empty_snat, VIP, .forward = LB_FORWARD_SNAT);
EMPTY(empty_dsr, VIP, .forward = LB_FORWARD_DSR);
EMPTY(empty_ipip, VIP, .forward = LB_FORWARD_IPIP);
EMPTY(empty_gue6, VIP6, .forward = LB_FORWARD_GUE);
EMPTY(empty_source, VIP, .balance = LB_BALANCE_SOURCE);
EMPTY(empty_spray, VIP, .balance = LB_BALANCE_PACKET);
EMPTY(empty_quic, VIP, .balance = LB_BALANCE_QUIC);
EMPTY(empty_sticky, VIP, .sticky = 1);
EMPTY(empty_all_ports, VIP, .port = 0);
EMPTY(empty_denies, VIP, .filter = true, .deny = true);

/* One of two services of a VIP wants it, and has to be asked for. */
static const struct fixture empty_asked = {
	.SERVICES(SERVICE(VIP, 53, .tell = true), SERVICE(VIP, 55)),
	.RING(0),
};

#define VARIANT(name, vip, ...)                                                \
	static const struct fixture name = {                                   \
		.SERVICES({ .address = vip, .port = 53, .tell = true }),       \
		.RING(0),                                                      \
		__VA_ARGS__,                                                   \
	}
VARIANT(empty_used_up, VIP, .limit = FIXTURE_USED_UP);
VARIANT(empty6_used_up, VIP6, .limit = FIXTURE_USED_UP);
VARIANT(empty_without, VIP, .without = FIXTURE_FEATURE(TELL));
VARIANT(empty_macs, VIP, .macs = { GATEWAY_MAC });

static const struct fixture own = {
	.SERVICES({ .address = OWN,
		    .base = UINT32_MAX,
		    .balance = LB_BALANCE_PACKET,
		    .forward = LB_FORWARD_OWN }),
	.RING(0),
};

/* The TTL ends.  What an empty service says must not count here. */
#define ENDS(name, vip, backend, ...)                                          \
	static const struct fixture name = {                                   \
		.SERVICES({ .address = vip, .port = 53, __VA_ARGS__ }),        \
		.RING(1),                                                      \
		.BACKENDS({ .address = backend,                                \
			    .port = 6080,                                      \
			    .mac = BACKEND1_MAC,                               \
			    .tell = true }),                                   \
		.tunnels = { { .source4 = SOURCE4, .source6 = SOURCE6 },       \
			     { .source4 = SOURCE4, .source6 = SOURCE6 } },     \
	}
ENDS(ends, VIP, BACKEND_1);
ENDS(ends6, VIP6, BACKEND6_1);
ENDS(ends_snat, VIP, BACKEND_1, .forward = LB_FORWARD_SNAT);
ENDS(ends_dsr, VIP, BACKEND_1, .forward = LB_FORWARD_DSR);
ENDS(ends_dsr6, VIP6, BACKEND6_1, .forward = LB_FORWARD_DSR);
ENDS(ends_ipip, VIP, BACKEND6_1, .forward = LB_FORWARD_IPIP);
ENDS(ends_gue6, VIP6, BACKEND_1, .forward = LB_FORWARD_GUE);

static const struct fixture ends_silent = {
	.SERVICES(SERVICE(VIP, 53, .tell = true)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};
static const struct fixture ends_used_up = {
	.SERVICES(SERVICE(VIP, 53)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC, .tell = true)),
	.limit = FIXTURE_USED_UP,
};
static const struct fixture ends_sticky = {
	.SERVICES(SERVICE(VIP, 53, .sticky = 1)),
	.RING(1),
	.BACKENDS(
		BACKEND(BACKEND_1, 0, BACKEND1_MAC, .sticky = 1, .tell = true)),
};
static const struct fixture_flow kept[] = { { 1, CLIENT, 40000U << 16 | 53, 1,
					      0 } };
static const struct fixture ends_here = {
	.SERVICES(SERVICE(VIP, 53)),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC, .tell = true,
			  .local = true)),
};

/* In an answer; the second backend's is not to be told. */
static const struct fixture replies = {
	.SERVICES(SERVICE(VIP, 53), SERVICE(VIP6, 53)),
	.REPLIES({ BACKEND_1, 53, VIP, 0, GATEWAY_MAC, .tell = true },
		 { BACKEND_2, 53, VIP, 0, GATEWAY_MAC },
		 { BACKEND6_1, 53, VIP6, 0, GATEWAY_MAC, .tell = true },
		 { BACKEND6_2, 53, VIP6, 0, 0, .tell = true }),
	.RING(1, 2),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC),
		  BACKEND(BACKEND6_1, 0, BACKEND1_MAC)),
};
static const struct fixture replies_asked = {
	.SERVICES(SERVICE(VIP, 53)),
	.REPLIES({ BACKEND_1, 53, VIP, 0, GATEWAY_MAC, .tell = true },
		 { BACKEND_1, 54, VIP_2, 0, GATEWAY_MAC }),
	.RING(1),
	.BACKENDS(BACKEND(BACKEND_1, 0, BACKEND1_MAC)),
};

/* What is quoted is the packet with these fields of its own. */
#define TOLD_(why, type, code, quoted, ...)                                    \
	.reason = LB_REASON_TOLD_##why,                                        \
	.out = PACKET(.eth_dst = GATEWAY_MAC, .eth_src = LB_MAC, .tos = 0xc0,  \
		      .id = 0, .fragment = 0x4000, .saddr = VIP,               \
		      .daddr = CLIENT, .body = PACKET_ICMP,                    \
		      .icmp_type = (type), .icmp_code = (code),                \
		      .embedded = quoted, .embedded_length = 28, .payload = 0, \
		      __VA_ARGS__)
#define TOLD6_(why, type, code, quoted, ...)                                   \
	.reason = LB_REASON_TOLD_##why,                                        \
	.out = PACKET6(.eth_dst = GATEWAY_MAC, .eth_src = LB_MAC,              \
		       .saddr = VIP6, .daddr = CLIENT6, .body = PACKET_ICMP,   \
		       .icmp_type = (type), .icmp_code = (code),               \
		       .embedded = quoted, .embedded_length = 56,              \
		       .payload = 0, __VA_ARGS__)
#define UNREACHABLE(quoted, ...)  TOLD_(NO_BACKEND, 3, 3, quoted, __VA_ARGS__)
#define UNREACHABLE6(quoted, ...) TOLD6_(NO_BACKEND, 1, 4, quoted, __VA_ARGS__)
#define EXCEEDED(quoted, ...)	  TOLD_(TTL_EXPIRED, 11, 0, quoted, __VA_ARGS__)
#define EXCEEDED6(quoted, ...)	  TOLD6_(TTL_EXPIRED, 3, 0, quoted, __VA_ARGS__)
#define NOT_TOLD(why)		  DROPPED(why), .not_told = true

#define FIRST  .fragment = 0x2000, .udp_length = 1480
#define LATER  .fragment = 0x00b9, .body = PACKET_RAW
#define FIRST6 EXTENSIONS(FRAGMENT6(1)), .udp_length = 1480
#define LATER6 EXTENSIONS(FRAGMENT6(0x05c8)), .body = PACKET_RAW

#define ANSWER_(...)                                                           \
	.eth_src = BACKEND1_MAC, .saddr = BACKEND_1, .sport = 53,              \
	.daddr = CLIENT, .dport = 40000, .ttl = 1, __VA_ARGS__
#define ANSWER6_(...)                                                          \
	.eth_src = BACKEND1_MAC, .saddr = BACKEND6_1, .sport = 53,             \
	.daddr = CLIENT6, .dport = 40000, .ttl = 1, __VA_ARGS__
#define ANSWER(...)  PACKET(ANSWER_(__VA_ARGS__))
#define ANSWER6(...) PACKET6(ANSWER6_(__VA_ARGS__))
#define TO_BACKEND   .eth_dst = BACKEND1_MAC, .daddr = BACKEND_1
#define TO_BACKEND6  .eth_dst = BACKEND1_MAC, .daddr = BACKEND6_1

/* An error about what the VIP sent. */
#define SENT                                                                   \
	EMBEDDED(.saddr = VIP, .sport = 53, .daddr = CLIENT, .dport = 40000)
#define ERROR(quoted, ...)                                                     \
	PACKET(.saddr = ROUTER, .body = PACKET_ICMP, .icmp_type = 3,           \
	       .payload = 0, .embedded = quoted, __VA_ARGS__)

const struct packet_case cases_tell[] = {
	{ "tell-unreachable", &empty, PACKET(), UNREACHABLE(EMBEDDED()) },
	{ "tell-unreachable-snat", &empty_snat, PACKET(),
	  UNREACHABLE(EMBEDDED()) },
	{ "tell-unreachable-dsr", &empty_dsr, PACKET(),
	  UNREACHABLE(EMBEDDED()) },
	{ "tell-unreachable-ipip", &empty_ipip, PACKET(),
	  UNREACHABLE(EMBEDDED()) },
	{ "tell-unreachable-source", &empty_source, PACKET(),
	  UNREACHABLE(EMBEDDED()) },
	{ "tell-unreachable-spray", &empty_spray, PACKET(),
	  UNREACHABLE(EMBEDDED()) },
	{ "tell-unreachable-quic", &empty_quic, PACKET(),
	  UNREACHABLE(EMBEDDED()) },
	{ "tell-unreachable-sticky", &empty_sticky, PACKET(),
	  UNREACHABLE(EMBEDDED()) },
	{ "tell-unreachable-all-ports", &empty_all_ports, PACKET(.dport = 9),
	  UNREACHABLE(EMBEDDED(.dport = 9)) },
	{ "tell-unreachable-asked", &empty_asked, PACKET(),
	  UNREACHABLE(EMBEDDED()) },
	{ "tell-unreachable-asked-silent", &empty_asked, PACKET(.dport = 55),
	  DROPPED(NO_BACKEND) },
	{ "tell-unreachable-asked-nobodys", &empty_asked, PACKET(.dport = 54),
	  PASSED(NO_SERVICE) },
	{ "tell-unreachable-silent", &empty_silent, PACKET(),
	  DROPPED(NO_BACKEND) },
	{ "tell-unreachable-used-up", &empty_used_up, PACKET(),
	  NOT_TOLD(NO_BACKEND) },
	{ "tell-unreachable-without", &empty_without, PACKET(),
	  DROPPED(NO_BACKEND) },
	{ "tell-unreachable-denied", &empty_denies, PACKET(), DROPPED(DENIED) },
	{ "tell-unreachable-other-mac", &empty_macs, PACKET(),
	  PASSED(NOT_OUR_MAC) },
	{ "tell-unreachable-own", &own, PACKET(.daddr = OWN),
	  PASSED(NO_SERVICE) },
	/* Nobody serves it, wherever its TTL would end. */
	{ "tell-unreachable-ttl-1", &empty, PACKET(.ttl = 1),
	  UNREACHABLE(EMBEDDED(.ttl = 1)) },
	/* Nothing behind the headers to quote: smoltcp-rs/smoltcp#67. */
	{ "tell-unreachable-payload-0", &empty, PACKET(.payload = 0),
	  UNREACHABLE(EMBEDDED(.payload = 0)) },
	{ "tell-unreachable-payload-1", &empty, PACKET(.payload = 1),
	  UNREACHABLE(EMBEDDED(.payload = 1)) },
	{ "tell-unreachable-payload-1472", &empty, PACKET(.payload = 1472),
	  UNREACHABLE(EMBEDDED(.payload = 1472)) },
	{ "tell-unreachable-padded", &empty,
	  PACKET(.payload = 0, .padding = 18),
	  UNREACHABLE(EMBEDDED(.payload = 0)) },
	{ "tell-unreachable-vlan", &empty, PACKET(TAG({ Q, 7 })),
	  UNREACHABLE(EMBEDDED(), TAG({ Q, 7 })) },
	{ "tell-unreachable-vlan-two", &empty, PACKET(TAG({ AD, 7 }, { Q, 8 })),
	  UNREACHABLE(EMBEDDED(), TAG({ AD, 7 }, { Q, 8 })) },
	{ "tell-unreachable-class-is-ours", &empty,
	  PACKET(.tos = 0xff, .fragment = 0x4000),
	  UNREACHABLE(EMBEDDED(.tos = 0xff, .fragment = 0x4000)) },
	{ "tell-unreachable-without-checksum", &empty, PACKET(.udp_check = 0),
	  UNREACHABLE(EMBEDDED(.udp_check = 0)) },
	{ "tell-unreachable-quotes-what-is-bad", &empty,
	  PACKET(.ip_error = 5, .udp_error = 6),
	  UNREACHABLE(EMBEDDED(.ip_error = 5, .udp_error = 6)) },

	{ "tell6-unreachable", &empty6, PACKET6(), UNREACHABLE6(EMBEDDED6()) },
	{ "tell6-unreachable-gue", &empty_gue6, PACKET6(),
	  UNREACHABLE6(EMBEDDED6()) },
	{ "tell6-unreachable-silent", &empty6_silent, PACKET6(),
	  DROPPED(NO_BACKEND) },
	{ "tell6-unreachable-used-up", &empty6_used_up, PACKET6(),
	  NOT_TOLD(NO_BACKEND) },
	{ "tell6-unreachable-payload-0", &empty6, PACKET6(.payload = 0),
	  UNREACHABLE6(EMBEDDED6(.payload = 0), .embedded_length = 48) },
	{ "tell6-unreachable-payload-7", &empty6, PACKET6(.payload = 7),
	  UNREACHABLE6(EMBEDDED6(.payload = 7), .embedded_length = 48) },
	{ "tell6-unreachable-payload-8", &empty6, PACKET6(.payload = 8),
	  UNREACHABLE6(EMBEDDED6(.payload = 8)) },
	{ "tell6-unreachable-padded", &empty6,
	  PACKET6(.payload = 0, .padding = 18),
	  UNREACHABLE6(EMBEDDED6(.payload = 0), .embedded_length = 48) },
	{ "tell6-unreachable-vlan", &empty6, PACKET6(TAG({ AD, 7 }, { Q, 8 })),
	  UNREACHABLE6(EMBEDDED6(), TAG({ AD, 7 }, { Q, 8 })) },
	{ "tell6-unreachable-extension", &empty6,
	  PACKET6(EXTENSIONS(EXTENSION(DESTINATION, 8)), .payload = 0),
	  UNREACHABLE6(EMBEDDED6(EXTENSIONS(EXTENSION(DESTINATION, 8)),
				 .payload = 0)) },

	/* Of a datagram's fragments, the first one only. */
	{ "tell-first", &empty, PACKET(FIRST), UNREACHABLE(EMBEDDED(FIRST)) },
	{ "tell-later", &empty, PACKET(LATER), BEFORE(PACKET(FIRST)),
	  DROPPED(NO_BACKEND) },
	{ "tell-later-by-address", &empty_source, PACKET(LATER),
	  BEFORE(PACKET(FIRST)), DROPPED(NO_BACKEND) },
	{ "tell-later-unknown", &empty, PACKET(LATER), PASSED(FRAGMENT) },
	{ "tell6-first", &empty6, PACKET6(FIRST6),
	  UNREACHABLE6(EMBEDDED6(FIRST6)) },
	{ "tell6-later", &empty6, PACKET6(LATER6), BEFORE(PACKET6(FIRST6)),
	  DROPPED(NO_BACKEND) },
	{ "tell-first-expired", &ends, PACKET(FIRST, .ttl = 1),
	  EXCEEDED(EMBEDDED(FIRST, .ttl = 1)) },
	{ "tell-later-expired", &ends, PACKET(LATER, .ttl = 1),
	  BEFORE(PACKET(FIRST)), DROPPED(TTL_EXPIRED) },

	/* RFC 1122, 3.2.2: never about an error. */
	{ "tell-error-about-nobody", &empty, ERROR(SENT), DROPPED(NO_BACKEND) },
	{ "tell-error-expired", &ends, ERROR(SENT, .ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	/*
	 * ... nor to who is nobody, or to what was sent to many:
	 * smoltcp-rs/smoltcp#461, apache/nuttx#13350.
	 */
	{ "tell-from-multicast", &empty, PACKET(.saddr = MULTICAST),
	  DROPPED(BAD_SOURCE) },
	{ "tell-from-broadcast", &empty, PACKET(.saddr = BROADCAST),
	  DROPPED(BAD_SOURCE) },
	{ "tell-from-0", &empty, PACKET(.saddr = IP4(0, 0, 0, 0)),
	  DROPPED(BAD_SOURCE) },
	{ "tell-from-the-vip", &empty, PACKET(.saddr = VIP),
	  DROPPED(BAD_SOURCE) },
	{ "tell6-from-multicast", &empty6,
	  PACKET6(.saddr = IP6(0xff020000, 0, 0, 1)), DROPPED(BAD_SOURCE) },
	{ "tell6-from-nobody", &empty6, PACKET6(.saddr = IP6(0, 0, 0, 0)),
	  DROPPED(BAD_SOURCE) },
	{ "tell-to-broadcast-mac", &empty, PACKET(.eth_dst = 0xffffffffffff),
	  PASSED(NOT_UNICAST) },
	{ "tell-to-multicast-mac", &ends,
	  PACKET(.eth_dst = 0x01005e0000fb, .ttl = 1), PASSED(NOT_UNICAST) },

	{ "tell-expired", &ends, PACKET(.ttl = 1),
	  EXCEEDED(EMBEDDED(.ttl = 1)) },
	{ "tell-expired-0", &ends, PACKET(.ttl = 0),
	  EXCEEDED(EMBEDDED(.ttl = 0)) },
	{ "tell-expired-snat", &ends_snat, PACKET(.ttl = 1),
	  EXCEEDED(EMBEDDED(.ttl = 1)) },
	{ "tell-expired-dsr", &ends_dsr, PACKET(.ttl = 1),
	  EXCEEDED(EMBEDDED(.ttl = 1)) },
	{ "tell-expired-ipip", &ends_ipip, PACKET(.ttl = 1),
	  EXCEEDED(EMBEDDED(.ttl = 1)) },
	{ "tell-expired-sticky", &ends_sticky, PACKET(.ttl = 1),
	  EXCEEDED(EMBEDDED(.ttl = 1)), .flows = kept, .n_flows = 1 },
	{ "tell-expired-vlan", &ends, PACKET(.ttl = 1, TAG({ Q, 7 })),
	  EXCEEDED(EMBEDDED(.ttl = 1), TAG({ Q, 7 })) },
	{ "tell-expired-silent", &ends_silent, PACKET(.ttl = 1),
	  DROPPED(TTL_EXPIRED) },
	{ "tell-expired-used-up", &ends_used_up, PACKET(.ttl = 1),
	  NOT_TOLD(TTL_EXPIRED) },
	{ "tell-expired-used-up-but-fine", &ends_used_up, PACKET(.ttl = 2),
	  FORWARDED(1, TO_1, .ttl = 1) },
	{ "tell-expired-here", &ends_here, PACKET(.ttl = 1), PASSED(LOCAL) },
	{ "tell6-expired", &ends6, PACKET6(.ttl = 1),
	  EXCEEDED6(EMBEDDED6(.ttl = 1)) },
	{ "tell6-expired-0", &ends6, PACKET6(.ttl = 0, .payload = 0),
	  EXCEEDED6(EMBEDDED6(.ttl = 0, .payload = 0), .embedded_length = 48) },
	{ "tell6-expired-dsr", &ends_dsr6, PACKET6(.ttl = 1),
	  EXCEEDED6(EMBEDDED6(.ttl = 1)) },
	{ "tell6-expired-gue", &ends_gue6, PACKET6(.ttl = 1),
	  EXCEEDED6(EMBEDDED6(.ttl = 1)) },

	/* A backend learns of the VIP, which it knows, and its own packet. */
	{ "tell-reply", &replies, ANSWER(),
	  EXCEEDED(EMBEDDED(ANSWER_()), TO_BACKEND) },
	{ "tell-reply-asked", &replies_asked, ANSWER(),
	  EXCEEDED(EMBEDDED(ANSWER_()), TO_BACKEND) },
	{ "tell-reply-asked-silent", &replies_asked, ANSWER(.sport = 54),
	  DROPPED(TTL_EXPIRED) },
	{ "tell-reply-silent", &replies, ANSWER(.saddr = BACKEND_2),
	  DROPPED(TTL_EXPIRED) },
	{ "tell-reply-to-multicast", &replies, ANSWER(.daddr = MULTICAST),
	  DROPPED(TTL_EXPIRED) },
	{ "tell-reply-to-broadcast", &replies, ANSWER(.daddr = BROADCAST),
	  DROPPED(TTL_EXPIRED) },
	{ "tell-reply-first", &replies, ANSWER(FIRST),
	  EXCEEDED(EMBEDDED(ANSWER_(FIRST)), TO_BACKEND) },
	{ "tell6-reply", &replies, ANSWER6(),
	  EXCEEDED6(EMBEDDED6(ANSWER6_()), TO_BACKEND6) },
	{ "tell6-reply-to-multicast", &replies,
	  ANSWER6(.daddr = IP6(0xff0e0000, 0, 0, 1)), DROPPED(TTL_EXPIRED) },
	{ "tell6-reply-no-gateway", &replies, ANSWER6(.saddr = BACKEND6_2),
	  DROPPED(NO_GATEWAY) },
	{ 0 },
};
