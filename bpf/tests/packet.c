/* SPDX-License-Identifier: GPL-2.0-only */
#include <assert.h>
#include <string.h>

#include "packet.h"

#define ETH_LENGTH 14
#define IP_LENGTH  20
#define UDP_LENGTH 8
#define ADDRESSES  12 /* offset in the IP header, of both */

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

/* Big-endian words, an odd last byte padded with zero (RFC 1071). */
static uint32_t sum_words(const uint8_t *p, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += packet_get16(p + i);
	if (length % 2)
		sum += (uint32_t)p[length - 1] << 8;
	return sum;
}

static size_t header_length(const uint8_t *ip)
{
	return (size_t)(ip[0] & 0x0f) * 4;
}

uint32_t packet_ip_sum(const uint8_t *ip)
{
	return sum_words(ip, header_length(ip)) % 0xffff;
}

static uint32_t udp_sum(const uint8_t *ip, const uint8_t *udp, size_t length)
{
	uint32_t pseudo = sum_words(ip + ADDRESSES, 8) + ip[9];

	return (pseudo + (uint32_t)length + sum_words(udp, length)) % 0xffff;
}

uint32_t packet_udp_sum(const uint8_t *ip)
{
	const uint8_t *udp = ip + header_length(ip);

	return udp_sum(ip, udp, packet_get16(udp + 4));
}

size_t packet_ip_offset(const uint8_t *frame)
{
	size_t at = ETH_LENGTH - 2;

	while (packet_get16(frame + at) == 0x8100 ||
	       packet_get16(frame + at) == 0x88a8)
		at += 4;
	return at + 2;
}

bool packet_verify(const uint8_t *frame)
{
	const uint8_t *ip = frame + packet_ip_offset(frame);
	const uint8_t *udp = ip + header_length(ip);

	return !packet_ip_sum(ip) &&
	       (!packet_get16(udp + 6) || !packet_udp_sum(ip));
}

/* The checksum over a field that is still zero: 0 ... 0xfffe. */
static uint16_t checksum(uint32_t sum)
{
	return (uint16_t)((0xffff - sum) % 0xffff);
}

/* Stays what it is when the error is 0; 0 and 0xffff are the same number. */
static uint16_t add_error(uint16_t check, uint16_t error)
{
	return error ? (uint16_t)((check + error) % 0xffff) : check;
}

static size_t build_ethernet(const struct packet *p, uint8_t *frame)
{
	uint8_t *at = frame + 12;

	packet_put_mac(frame, p->eth_dst);
	packet_put_mac(frame + 6, p->eth_src);
	for (int i = 0; i < PACKET_VLANS_MAX && p->vlans[i].proto; i++) {
		packet_put16(at, p->vlans[i].proto);
		packet_put16(at + 2, p->vlans[i].tci);
		at += 4;
	}
	packet_put16(at, p->ethertype);
	return (size_t)(at + 2 - frame);
}

static void build_ip(const struct packet *p, uint8_t *ip)
{
	int header = IP_LENGTH + p->options;
	int ihl = p->ihl == PACKET_AUTO ? header / 4 : p->ihl;
	int length = header + UDP_LENGTH + p->payload;
	uint16_t check;

	ip[0] = (uint8_t)(p->version << 4 | ihl);
	ip[1] = p->tos;
	packet_put16(ip + 2,
		     (uint16_t)(p->ip_length == PACKET_AUTO ? length
							    : p->ip_length));
	packet_put16(ip + 4, p->id);
	packet_put16(ip + 6, p->fragment);
	ip[8] = p->ttl;
	ip[9] = p->protocol;
	packet_put32(ip + ADDRESSES, p->saddr);
	packet_put32(ip + ADDRESSES + 4, p->daddr);
	memset(ip + IP_LENGTH, 1, p->options);

	check = checksum(sum_words(ip, (size_t)header) % 0xffff);
	if (p->ip_check != PACKET_AUTO)
		check = (uint16_t)p->ip_check;
	packet_put16(ip + 10, add_error(check, p->ip_error));
}

static void build_payload(const struct packet *p, uint8_t *payload)
{
	for (size_t i = 0; i < p->payload; i++)
		payload[i] = (uint8_t)(i * 7 + 0x41);
	if (p->first_word)
		packet_put16(payload, p->first_word);
}

static void build_udp(const struct packet *p, const uint8_t *ip, uint8_t *udp)
{
	size_t available = UDP_LENGTH + p->payload;
	size_t length = p->udp_length == PACKET_AUTO ? available
						     : (size_t)p->udp_length;
	uint16_t check;

	packet_put16(udp, p->sport);
	packet_put16(udp + 2, p->dport);
	packet_put16(udp + 4, (uint16_t)length);
	build_payload(p, udp + UDP_LENGTH);

	check = checksum(
		udp_sum(ip, udp, length < available ? length : available));
	if (!check)
		check = 0xffff;
	if (p->udp_check != PACKET_AUTO)
		check = (uint16_t)p->udp_check;
	check = add_error(check, p->udp_error);
	/* A wrong checksum of 0 would be none at all. */
	packet_put16(udp + 6, p->udp_error && !check ? 0xffff : check);
}

size_t packet_build(const struct packet *p, uint8_t *frame)
{
	size_t length;
	uint8_t *ip, *udp;

	memset(frame, 0, PACKET_LENGTH_MAX);
	ip = frame + build_ethernet(p, frame);
	udp = ip + IP_LENGTH + p->options;
	length = (size_t)(udp - frame) + UDP_LENGTH + p->payload;
	assert(length + p->padding <= PACKET_LENGTH_MAX);

	build_ip(p, ip);
	build_udp(p, ip, udp);
	memset(frame + length, 0xee, p->padding);
	length += p->padding;
	if (p->frame_length != PACKET_AUTO) {
		assert((size_t)p->frame_length <= length);
		length = (size_t)p->frame_length;
	}
	return length;
}
