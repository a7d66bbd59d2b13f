/* SPDX-License-Identifier: GPL-2.0-only */
/* IPv6: what is recognised, extension headers, and where it goes. */
#include "world.h"

#define UNSPECIFIED IP6(0, 0, 0, 0)
#define OTHER6	    IP6(0x20010db8, 0, 0, 0x00000077)

ONE_BACKEND(world, VIP6, BACKEND6_1, 0);
ONE_BACKEND(port, VIP6, BACKEND6_1, 5353);
ONE_BACKEND(snat, VIP6, BACKEND6_1, 5353, .forward = LB_FORWARD_SNAT);
ONE_BACKEND(dsr, VIP6, BACKEND6_1, 5353, .forward = LB_FORWARD_DSR);
ONE_BACKEND(spray, VIP6, BACKEND6_1, 0, .balance = LB_BALANCE_PACKET);
static const struct fixture nothing = { 0 };

static const struct fixture flow_8 = {
	.SERVICES(SERVICE(VIP6, 53, .mask = 7)),
	EIGHT_BACKENDS6,
};
static const struct fixture source_8 = {
	.SERVICES(SERVICE(VIP6, 53, .mask = 7, .balance = LB_BALANCE_SOURCE)),
	EIGHT_BACKENDS6,
};
static const struct fixture no_backend = {
	.SERVICES(SERVICE(VIP6, 53), SERVICE(VIP6, 54, .base = 9)),
	.RING(0),
};

#define TO_SLOT(i, ...)                                                        \
	FORWARDED6((i) + 1, .eth_dst = SLOT_MAC(i), .daddr = BACKEND6_1,       \
		   .dport = (i) + 1, __VA_ARGS__)

/* The default frame: Ethernet up to 14, IPv6 to 54, UDP to 62, then 32. */
#define SHORT(length) .ip_length = (length), .frame_length = 14 + (length)

const struct packet_case cases_ip6[] = {
	{ "ip6-plain", &world, PACKET6(), FORWARDED6(1, TO6_1) },
	{ "ip6-cut-no-header", &world, PACKET6(CUT(14)), PASSED(TRUNCATED) },
	{ "ip6-cut-in-header", &world, PACKET6(CUT(53)), PASSED(TRUNCATED) },
	{ "ip6-cut-after-header", &world, PACKET6(CUT(54)),
	  PASSED(BAD_IP_LENGTH) },
	{ "ip6-cut-in-udp", &world, PACKET6(CUT(61)), PASSED(BAD_IP_LENGTH) },
	{ "ip6-cut-last-byte", &world, PACKET6(CUT(93)),
	  PASSED(BAD_IP_LENGTH) },
	{ "ip6-cut-tcp", &world, PACKET6(CUT(54), .protocol = 6),
	  PASSED(NOT_UDP) },
	{ "ip6-short-no-udp", &world, PACKET6(SHORT(40)), PASSED(TRUNCATED) },
	{ "ip6-short-udp", &world, PACKET6(SHORT(47)), PASSED(TRUNCATED) },
	{ "ip6-short-no-payload", &world, PACKET6(.payload = 0),
	  FORWARDED6(1, TO6_1, .payload = 0) },
	{ "ip6-version-4", &world, PACKET6(.version = 4),
	  PASSED(BAD_IP_HEADER) },
	{ "ip6-version-0", &world, PACKET6(.version = 0),
	  PASSED(BAD_IP_HEADER) },
	{ "ip6-as-ip4", &world, PACKET6(.ethertype = 0x0800),
	  PASSED(BAD_IP_HEADER) },
	{ "ip6-tcp", &world, PACKET6(.protocol = 6), PASSED(NOT_UDP) },
	{ "ip6-icmp-of-ip4", &world, PACKET6(.protocol = 1), PASSED(NOT_UDP) },
	{ "ip6-no-next-header", &world, PACKET6(.protocol = 59),
	  PASSED(NOT_UDP) },
	{ "ip6-authentication", &world, PACKET6(.protocol = 51),
	  PASSED(NOT_UDP) },
	{ "ip6-mobility", &world, PACKET6(.protocol = 135), PASSED(NOT_UDP) },
	{ "ip6-length-0", &world, PACKET6(.ip_length = 40),
	  PASSED(BAD_UDP_LENGTH) },
	{ "ip6-length-within-udp", &world, PACKET6(.ip_length = 47),
	  PASSED(BAD_UDP_LENGTH) },
	{ "ip6-length-within-payload", &world, PACKET6(.ip_length = 79),
	  PASSED(BAD_UDP_LENGTH) },
	{ "ip6-length-beyond-frame", &world, PACKET6(.ip_length = 81),
	  PASSED(BAD_IP_LENGTH) },
	{ "ip6-length-65535", &world, PACKET6(.ip_length = 65535),
	  PASSED(BAD_IP_LENGTH) },
	{ "ip6-udp-length-0", &world, PACKET6(.udp_length = 0),
	  PASSED(BAD_UDP_LENGTH) },
	{ "ip6-udp-length-7", &world, PACKET6(.udp_length = 7),
	  PASSED(BAD_UDP_LENGTH) },
	{ "ip6-udp-length-8", &world, PACKET6(.udp_length = 8),
	  FORWARDED6(1, TO6_1, .udp_length = 8) },
	{ "ip6-udp-length-surplus", &world, PACKET6(.udp_length = 39),
	  FORWARDED6(1, TO6_1, .udp_length = 39) },
	{ "ip6-udp-length-beyond-ip", &world, PACKET6(.udp_length = 41),
	  PASSED(BAD_UDP_LENGTH) },
	{ "ip6-udp-length-into-padding", &world,
	  PACKET6(.udp_length = 44, .padding = 8), PASSED(BAD_UDP_LENGTH) },
	/* A tunnel's right (RFC 6935): cilium/cilium#28707. */
	{ "ip6-no-checksum", &world, PACKET6(.udp_check = 0),
	  FORWARDED6(1, TO6_1, .udp_check = 0) },
	{ "ip6-no-checksum-snat", &snat, PACKET6(.udp_check = 0),
	  FORWARDED6(1, TO6_1, .saddr = VIP6, .dport = 5353, .udp_check = 0) },
	{ "ip6-no-checksum-dsr", &dsr, PACKET6(.udp_check = 0),
	  FORWARDED6(1, .eth_dst = BACKEND1_MAC, .udp_check = 0) },
	{ "ip6-no-checksum-after-length", &world,
	  PACKET6(.udp_check = 0, .udp_length = 7), PASSED(BAD_UDP_LENGTH) },
	{ "ip6-no-checksum-before-mac", &world,
	  PACKET6(.udp_check = 0, .eth_dst = 0x333300000001),
	  PASSED(NOT_UNICAST) },
	{ "ip6-mac-multicast", &world, PACKET6(.eth_dst = 0x333300000001),
	  PASSED(NOT_UNICAST) },
	{ "ip6-vlan", &world, PACKET6(TAG({ Q, 9 })),
	  FORWARDED6(1, TO6_1, TAG({ Q, 9 })) },
	{ "ip6-vlan-two", &world, PACKET6(TAG({ AD, 9 }, { Q, 8 })),
	  FORWARDED6(1, TO6_1, TAG({ AD, 9 }, { Q, 8 })) },
	{ "ip6-vlan-three", &world, PACKET6(TAG({ AD, 9 }, { Q, 8 }, { Q, 7 })),
	  PASSED(NOT_IP) },
	{ "ip6-vlan-cut", &world, PACKET6(TAG({ Q, 9 }), CUT(57)),
	  PASSED(TRUNCATED) },
	{ "ip6-padded", &world, PACKET6(.payload = 1, .padding = 9),
	  FORWARDED6(1, TO6_1, .payload = 1, .padding = 9) },
	{ "ip6-class-and-label-kept", &world,
	  PACKET6(.tos = 0xb9, .flow_label = 0xabcde),
	  FORWARDED6(1, TO6_1, .tos = 0xb9, .flow_label = 0xabcde) },

	{ "ip6-other-port", &world, PACKET6(.dport = 54), PASSED(NO_SERVICE) },
	{ "ip6-other-address", &world, PACKET6(.daddr = OTHER6),
	  PASSED(NO_SERVICE) },
	{ "ip6-other-first-word", &world,
	  PACKET6(.daddr = IP6(0x20010db9, 0, 0, 1)), PASSED(NO_SERVICE) },
	{ "ip6-to-unspecified", &nothing,
	  PACKET6(.daddr = UNSPECIFIED, .dport = 0), PASSED(NO_SERVICE) },
	{ "ip6-from-unspecified", &nothing, PACKET6(.saddr = UNSPECIFIED),
	  PASSED(NO_SERVICE) },
	{ "ip6-no-tables", &nothing, PACKET6(), PASSED(NO_SERVICE) },

	{ "ip6-nat-port", &port, PACKET6(),
	  FORWARDED6(1, TO6_1, .dport = 5353) },
	{ "ip6-snat", &snat, PACKET6(),
	  FORWARDED6(1, TO6_1, .saddr = VIP6, .dport = 5353) },
	{ "ip6-dsr", &dsr, PACKET6(), FORWARDED6(1, .eth_dst = BACKEND1_MAC) },
	{ "ip6-spray", &spray, PACKET6(), FORWARDED6(1, TO6_1) },
	{ "ip6-no-backend", &no_backend, PACKET6(), DROPPED(NO_BACKEND) },
	{ "ip6-no-slot", &no_backend, PACKET6(.dport = 54),
	  DROPPED(NO_BACKEND) },
	{ "ip6-hops-0", &world, PACKET6(.ttl = 0), DROPPED(TTL_EXPIRED) },
	{ "ip6-hops-1", &world, PACKET6(.ttl = 1), DROPPED(TTL_EXPIRED) },
	{ "ip6-hops-1-snat", &snat, PACKET6(.ttl = 1), DROPPED(TTL_EXPIRED) },
	{ "ip6-hops-2", &world, PACKET6(.ttl = 2),
	  FORWARDED6(1, TO6_1, .ttl = 1) },
	{ "ip6-hops-255", &world, PACKET6(.ttl = 255),
	  FORWARDED6(1, TO6_1, .ttl = 254) },
	{ "ip6-hops-0-dsr", &dsr, PACKET6(.ttl = 0), DROPPED(TTL_EXPIRED) },
	{ "ip6-hops-1-dsr", &dsr, PACKET6(.ttl = 1), DROPPED(TTL_EXPIRED) },

	{ "ip6-flow-slot", &flow_8, PACKET6(), TO_SLOT(FLOW6_SLOT) },
	{ "ip6-flow-slot-next-port", &flow_8, PACKET6(.sport = 40001),
	  TO_SLOT(3, .sport = 40001) },
	{ "ip6-flow-slot-ignores-the-rest", &flow_8,
	  PACKET6(.tos = 8, .flow_label = 9, .ttl = 10, .payload = 11),
	  TO_SLOT(FLOW6_SLOT, .tos = 8, .flow_label = 9, .ttl = 9,
		  .payload = 11) },
	{ "ip6-source-slot", &source_8, PACKET6(), TO_SLOT(SOURCE6_SLOT) },
	{ "ip6-source-slot-ignores-port", &source_8, PACKET6(.sport = 40001),
	  TO_SLOT(SOURCE6_SLOT, .sport = 40001) },
	{ "ip6-source-slot-first-word", &source_8,
	  PACKET6(.saddr = IP6(0x20020db8, 0x00c10000, 0x12345678, 0x9abcdef7)),
	  TO_SLOT(7, .saddr = IP6(0x20020db8, 0x00c10000, 0x12345678,
				  0x9abcdef7)) },
	{ "ip6-source-slot-second-word", &source_8,
	  PACKET6(.saddr = IP6(0x20010db8, 0x00c20000, 0x12345678, 0x9abcdef7)),
	  TO_SLOT(4, .saddr = IP6(0x20010db8, 0x00c20000, 0x12345678,
				  0x9abcdef7)) },
	{ "ip6-source-slot-third-word", &source_8,
	  PACKET6(.saddr = IP6(0x20010db8, 0x00c10000, 0x12355678, 0x9abcdef7)),
	  TO_SLOT(5, .saddr = IP6(0x20010db8, 0x00c10000, 0x12355678,
				  0x9abcdef7)) },
	{ "ip6-source-slot-last-word", &source_8,
	  PACKET6(.saddr = IP6(0x20010db8, 0x00c10000, 0x12345678, 0x9abddef7)),
	  TO_SLOT(7, .saddr = IP6(0x20010db8, 0x00c10000, 0x12345678,
				  0x9abddef7)) },
	{ 0 },
};
