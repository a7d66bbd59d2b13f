/* SPDX-License-Identifier: GPL-2.0-only */
#include "packets.h"

#include <linux/bpf.h>
#include <string.h>

/* As in target.h. */
#define CLIENT_4   IP4(198, 18, 0, 0)
#define VIP_4	   IP4(198, 19, 0, 0)
#define BACKEND_4  IP4(10, 0, 0, 2)
#define CLIENT_6   IP6(0x20010db8, TARGET_CLIENT6, 0, 0)
#define VIP_6	   IP6(0x20010db8, TARGET_VIP6, 0, 0)
#define BACKEND_6  IP6(0x20010db8, TARGET_BACKEND6, 0, 1)
#define ROUTER_4   IP4(203, 0, 113, 9)
#define ROUTER_6   IP6(0x20010db8, 0x00770000, 0, 9)
#define NOBODY_4   IP4(192, 0, 2, 1)
#define NOBODY_6   IP6(0x20010db8, 0x00990000, 0, 1)
#define PORT_FIRST 10000

/* The ends of what a macro cannot take twice. */
#define FLOW4 .saddr = CLIENT_4, .daddr = VIP_4, PORTS
#define FLOW6 .saddr = CLIENT_6, .daddr = VIP_6, PORTS
#define PORTS .sport = PORT_FIRST, .dport = TARGET_PORT, .payload = 0
#define ERROR4                                                                 \
	FLOW4, .body = PACKET_ICMP, .icmp_type = 3, .icmp_code = 1,            \
	       .saddr = ROUTER_4
#define ERROR6                                                                 \
	FLOW6, .body = PACKET_ICMP, .icmp_type = 1, .icmp_code = 3,            \
	       .saddr = ROUTER_6
#define LATER .fragment = 0x00b9, .body = PACKET_RAW

/* What the VIP's clients are told about: an answer. */
static const struct packet answer4 =
	PACKET(.saddr = VIP_4, .daddr = CLIENT_4, .sport = TARGET_PORT,
	       .dport = PORT_FIRST, .payload = 0);
static const struct packet answer6 =
	PACKET6(.saddr = VIP_6, .daddr = CLIENT_6, .sport = TARGET_PORT,
		.dport = PORT_FIRST, .payload = 0);

static const struct packet question4 = PACKET(FLOW4);
static const struct packet question6 = PACKET6(FLOW6);

/* A short header; configuration 1, server id 1. */
static const uint8_t quic_id[] = { 0x40, 0x20, 0, 0, 0, 1, 9, 9, 9, 9 };

#define KIND(name_, action_, packet_, ...)                                     \
	{                                                                      \
		.name = name_, .action = XDP_##action_, .packet = packet_,     \
		__VA_ARGS__                                                    \
	}
#define IPV6	   .ipv6 = true
#define BALANCE(x) .balance = LB_BALANCE_##x
#define FORWARD(x) .forward = LB_FORWARD_##x

const struct packet_kind packet_kinds[] = {
	KIND("ARP", PASS, PACKET(FLOW4, .ethertype = 0x0806)),
	KIND("IPv6, no IPv6 service", PASS, PACKET6(FLOW6)),
	KIND("TCP", PASS, PACKET(FLOW4, .protocol = 6)),
	KIND("TCP, IPv6", PASS, PACKET6(FLOW6, .protocol = 6), IPV6),
	KIND("UDP, other port of a VIP", PASS, PACKET(FLOW4, .dport = 9)),
	KIND("UDP, other address", PASS, PACKET(FLOW4, .daddr = NOBODY_4)),
	KIND("UDP, other address, IPv6", PASS,
	     PACKET6(FLOW6, .daddr = NOBODY_6), IPV6),
	KIND("multicast MAC", PASS, PACKET(FLOW4, .eth_dst = 0x01005e000001)),
	KIND("reply of a backend", TX,
	     PACKET(FLOW4, .saddr = BACKEND_4, .daddr = CLIENT_4,
		    .sport = TARGET_BACKEND_PORT, .dport = PORT_FIRST)),
	KIND("reply of a backend, IPv6", TX,
	     PACKET6(FLOW6, .saddr = BACKEND_6, .daddr = CLIENT_6,
		     .sport = TARGET_BACKEND_PORT, .dport = PORT_FIRST),
	     IPV6),
	KIND("ping to a VIP", TX,
	     PACKET(FLOW4, .body = PACKET_ICMP, .icmp_type = 8)),
	KIND("ping to a VIP, IPv6", TX,
	     PACKET6(FLOW6, .body = PACKET_ICMP, .icmp_type = 128), IPV6),
	KIND("ICMP error to a VIP", TX, PACKET(ERROR4, .embedded = &answer4),
	     .length = 112),
	KIND("ICMP error to a VIP, IPv6", TX,
	     PACKET6(ERROR6, .embedded = &answer6), IPV6, .length = 112),
	KIND("ICMP error to nobody", PASS,
	     PACKET(ERROR4, .daddr = NOBODY_4, .embedded = &answer4),
	     .length = 112),
	KIND("flow+nat, first fragment", TX,
	     PACKET(FLOW4, .fragment = 0x2000, .udp_length = 1480)),
	KIND("flow+nat, later fragment alone", PASS,
	     PACKET(FLOW4, LATER, .id = 0x4321)),
	KIND("flow+nat, filtered: denied", DROP,
	     PACKET(FLOW4, .saddr = IP4(198, 18, 255, 1)), .filtered = true),
	KIND("flow+ipip, too big", TX, { .payload = 0 }, FORWARD(IPIP),
	     .length = TARGET_LINK_MTU + 14, .grown = 28),
	KIND("TTL 1", DROP, PACKET(FLOW4, .ttl = 1)),
	KIND("truncated", PASS, { .payload = 0 }, .cut = 40),
	KIND("IP version 5", PASS, PACKET(FLOW4, .version = 5)),
	KIND("IP options", PASS, PACKET(FLOW4, .options = 4)),
	KIND("IP length", PASS, PACKET(FLOW4, .ip_length = 0xffff)),
	KIND("UDP length", PASS, PACKET(FLOW4, .udp_length = 7)),
	KIND("UDP length, IPv6", PASS, PACKET6(FLOW6, .udp_length = 7), IPV6),
	KIND("UDP length, dropped", DROP, PACKET(FLOW4, .udp_length = 7),
	     .strict = true),
};

const size_t packet_kinds_count = sizeof(packet_kinds) / sizeof(*packet_kinds);

uint16_t packets_grown(enum lb_forward forward)
{
	switch (forward) {
	case LB_FORWARD_IPIP:
		return 20;
	case LB_FORWARD_GUE:
		return 28;
	default:
		return 0;
	}
}

/* Its payload makes it as long as that, where it is not longer already. */
static uint16_t build(struct packet packet, uint8_t *frame, uint16_t length)
{
	uint8_t bytes[PACKET_LENGTH_MAX];
	size_t built = packet_build(&packet, bytes);

	if (built < length) {
		packet.payload = (uint16_t)(packet.payload + length - built);
		built = packet_build(&packet, bytes);
	}
	memcpy(frame, bytes, built);
	return (uint16_t)built;
}

void packets_question(bool ipv6, enum lb_balance balance, uint8_t *frame,
		      uint16_t length)
{
	struct packet packet = ipv6 ? question6 : question4;

	if (balance == LB_BALANCE_QUIC) {
		packet.bytes = quic_id;
		packet.n_bytes = sizeof(quic_id);
		packet.payload = sizeof(quic_id);
	}
	build(packet, frame, length);
}

uint16_t packets_build(const struct packet_kind *kind, uint8_t *frame)
{
	uint16_t length = kind->length ?: PACKETS_SHORT;

	/* PACKET() always sets this. */
	if (kind->packet.eth_dst)
		length = build(kind->packet, frame, length);
	else
		packets_question(kind->ipv6, kind->balance, frame, length);
	return kind->cut ?: length;
}
