/* SPDX-License-Identifier: GPL-2.0-only */
#include "packets.h"

#include <linux/bpf.h>
#include <string.h>

#include "frame.h"
#include "target.h"

/* Offsets in the frame. */
enum {
	TO_MAC = 0,
	ETHERTYPE = 12,
	VERSION = 14,
	TOTAL_LENGTH = 16,
	FRAGMENT = 20,
	TTL = 22,
	PROTOCOL = 23,
	SOURCE = 26,
	DESTINATION = 30,
	PORTS = 34,
	UDP_LENGTH = 38,
};

#define BACKEND_PORT_BYTES TARGET_BACKEND_PORT >> 8, TARGET_BACKEND_PORT & 255

const struct packet_kind packet_kinds[] = {
	{ "ARP", XDP_PASS, 0, { { ETHERTYPE, 2, { 0x08, 0x06 } } } },
	{ "IPv6", XDP_PASS, 0, { { ETHERTYPE, 2, { 0x86, 0xdd } } } },
	{ "TCP", XDP_PASS, 0, { { PROTOCOL, 1, { 6 } } } },
	{ "UDP, other port of a VIP",
	  XDP_PASS,
	  0,
	  { { PORTS + 2, 2, { 0, 9 } } } },
	{ "UDP, other address",
	  XDP_PASS,
	  0,
	  { { DESTINATION, 4, { 192, 0, 2, 1 } } } },
	{ "reply of a backend",
	  XDP_TX,
	  0,
	  { { SOURCE, 4, { 10, 0, 0, 2 } },
	    { PORTS, 2, { BACKEND_PORT_BYTES } } } },
	{ "multicast MAC", XDP_PASS, 0, { { TO_MAC, 1, { 1 } } } },
	{ "truncated", XDP_PASS, 40, { { 0 } } },
	{ "IP version 5", XDP_PASS, 0, { { VERSION, 1, { 0x55 } } } },
	{ "IP options", XDP_PASS, 0, { { VERSION, 1, { 0x46 } } } },
	{ "IP length", XDP_PASS, 0, { { TOTAL_LENGTH, 2, { 0xff, 0xff } } } },
	{ "IP fragment", XDP_PASS, 0, { { FRAGMENT, 1, { 0x20 } } } },
	{ "UDP length", XDP_PASS, 0, { { UDP_LENGTH, 2, { 0, 7 } } } },
	{ "TTL 1", XDP_DROP, 0, { { TTL, 1, { 1 } } } },
};

const size_t packet_kinds_count = sizeof(packet_kinds) / sizeof(*packet_kinds);

void packets_build_service(uint8_t *bytes, size_t length)
{
	const struct frame frame = {
		.to = { 2, 0, 0, 0, 0, 1 },
		.from = { 2, 0, 0, 0, 0, 2 },
		.source = TARGET_CLIENT,
		.destination = TARGET_VIP,
		.source_port = 10000,
		.destination_port = TARGET_PORT,
	};

	frame_build(&frame, bytes, length);
}

size_t packets_build(const struct packet_kind *kind, uint8_t *bytes)
{
	packets_build_service(bytes, PACKET_LENGTH);
	for (size_t i = 0; i < 2; i++)
		memcpy(bytes + kind->change[i].offset, kind->change[i].bytes,
		       kind->change[i].length);
	return kind->length ?: PACKET_LENGTH;
}
