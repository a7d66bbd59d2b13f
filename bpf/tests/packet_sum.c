/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers as the wire has them, and the checksums of what is there. */
#include <string.h>

#include "packet.h"

#define ETH_LENGTH    14
#define IP6_LENGTH    40
#define IP4_ADDRESSES 12 /* offset in the IP header, of both */
#define IP6_ADDRESSES 8

enum protocol {
	ICMP4 = 1,
	IP_IN = 4,
	UDP = 17,
	IP6_IN = 41,
	ICMP6 = 58,
};

uint16_t packet_get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

uint32_t packet_get32(const uint8_t *p)
{
	return (uint32_t)packet_get16(p) << 16 | packet_get16(p + 2);
}

void packet_put16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

void packet_put32(uint8_t *p, uint32_t value)
{
	packet_put16(p, (uint16_t)(value >> 16));
	packet_put16(p + 2, (uint16_t)value);
}

void packet_put_mac(uint8_t *p, uint64_t mac)
{
	packet_put16(p, (uint16_t)(mac >> 32));
	packet_put32(p + 2, (uint32_t)mac);
}

struct ipaddr packet_get_address4(const uint8_t *p)
{
	return (struct ipaddr){ { 0, 0, 0xffff, packet_get32(p) } };
}

struct ipaddr packet_get_address6(const uint8_t *p)
{
	return (struct ipaddr){ { packet_get32(p), packet_get32(p + 4),
				  packet_get32(p + 8), packet_get32(p + 12) } };
}

void packet_put_address(uint8_t *p, struct ipaddr address)
{
	if (ipaddr_is4(address)) {
		packet_put32(p, address.word[3]);
		return;
	}
	for (int i = 0; i < 4; i++)
		packet_put32(p + (size_t)i * 4, address.word[i]);
}

/* An odd last byte is padded with zero. */
uint32_t packet_sum(const uint8_t *p, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += packet_get16(p + i);
	if (length % 2)
		sum += (uint32_t)p[length - 1] << 8;
	return sum % 0xffff;
}

static bool is_ip6(const uint8_t *ip)
{
	return ip[0] >> 4 == 6;
}

static size_t header_length(const uint8_t *ip)
{
	return (size_t)(ip[0] & 0x0f) * 4;
}

uint32_t packet_ip_sum(const uint8_t *ip)
{
	return packet_sum(ip, header_length(ip));
}

/* RFC 768 and RFC 8200, 8.1; the length's upper half is 0 here. */
uint32_t packet_l4_sum(const uint8_t *ip, uint8_t protocol, const uint8_t *l4,
		       size_t length)
{
	uint32_t pseudo = 0;

	if (protocol != ICMP4)
		pseudo = (uint32_t)length + protocol +
			 (is_ip6(ip) ? packet_sum(ip + IP6_ADDRESSES, 32)
				     : packet_sum(ip + IP4_ADDRESSES, 8));
	return (pseudo + packet_sum(l4, length)) % 0xffff;
}

size_t packet_ip_offset(const uint8_t *frame)
{
	size_t at = ETH_LENGTH - 2;

	while (packet_get16(frame + at) == 0x8100 ||
	       packet_get16(frame + at) == 0x88a8)
		at += 4;
	return at + 2;
}

static bool verify_ip(const uint8_t *ip);

static bool verify_l4(const uint8_t *ip, uint8_t protocol, const uint8_t *l4,
		      size_t length)
{
	switch (protocol) {
	case UDP:
		return !packet_get16(l4 + 6) ||
		       !packet_l4_sum(ip, UDP, l4, packet_get16(l4 + 4));
	case ICMP4:
	case ICMP6:
		return !packet_l4_sum(ip, protocol, l4, length);
	case IP_IN:
	case IP6_IN:
		return verify_ip(l4);
	default:
		return true;
	}
}

static bool verify_ip4(const uint8_t *ip)
{
	size_t header = header_length(ip);

	if (packet_ip_sum(ip))
		return false;
	return packet_get16(ip + 6) & 0x3fff ||
	       verify_l4(ip, ip[9], ip + header, packet_get16(ip + 2) - header);
}

static bool verify_ip6(const uint8_t *ip)
{
	const uint8_t *at = ip + IP6_LENGTH;
	const uint8_t *end = at + packet_get16(ip + 4);
	uint8_t next = ip[6];

	for (;;) {
		switch (next) {
		case PACKET_FRAGMENT:
			if (packet_get16(at + 2) & 0xfff9)
				return true;
			break;
		case PACKET_HOP_BY_HOP:
		case PACKET_ROUTING:
		case PACKET_DESTINATION:
			break;
		default:
			return verify_l4(ip, next, at, (size_t)(end - at));
		}
		next = at[0];
		at += ((size_t)at[1] + 1) * 8;
	}
}

static bool verify_ip(const uint8_t *ip)
{
	return is_ip6(ip) ? verify_ip6(ip) : verify_ip4(ip);
}

bool packet_verify(const uint8_t *frame)
{
	return verify_ip(frame + packet_ip_offset(frame));
}

uint16_t packet_checksum(uint32_t sum)
{
	return (uint16_t)((0xffff - sum % 0xffff) % 0xffff);
}
