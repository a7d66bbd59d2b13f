/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "header.h"

#define HOPS	      64
#define DONT_FRAGMENT 0x4000

static size_t write_header4(const struct reference_header *h, uint8_t *ip)
{
	memset(ip, 0, REFERENCE_HEADER4);
	ip[0] = 0x45;
	ip[1] = h->tos;
	packet_put16(ip + 2, (uint16_t)(REFERENCE_HEADER4 + h->payload));
	packet_put16(ip + 6, DONT_FRAGMENT);
	ip[8] = HOPS;
	ip[9] = h->protocol;
	packet_put32(ip + 12, h->source.word[3]);
	packet_put32(ip + 16, h->destination.word[3]);
	packet_put16(ip + 10, packet_checksum(packet_ip_sum(ip)));
	return REFERENCE_HEADER4;
}

static size_t write_header6(const struct reference_header *h, uint8_t *ip)
{
	packet_put32(ip, 6U << 28 | (uint32_t)h->tos << 20 | h->label);
	packet_put16(ip + 4, (uint16_t)h->payload);
	ip[6] = h->protocol;
	ip[7] = HOPS;
	for (size_t i = 0; i < 4; i++) {
		packet_put32(ip + 8 + i * 4, h->source.word[i]);
		packet_put32(ip + 24 + i * 4, h->destination.word[i]);
	}
	return REFERENCE_HEADER6;
}

size_t reference_header_write(const struct reference_header *h, uint8_t *ip)
{
	return h->is6 ? write_header6(h, ip) : write_header4(h, ip);
}
