/* SPDX-License-Identifier: GPL-2.0-only */
#include <assert.h>
#include <string.h>

#include "packet.h"

#define IP4_LENGTH    20
#define IP6_LENGTH    40
#define L4_LENGTH     8	 /* UDP's header, and ICMP's */
#define IP4_ADDRESSES 12 /* offset in the IP header, of both */
#define IP6_ADDRESSES 8
#define DONT_FRAGMENT 0x4000
#define HOPS	      64

enum protocol {
	ICMP4 = 1,
	IP_IN = 4,
	UDP = 17,
	IP6_IN = 41,
	ICMP6 = 58,
};

/* Stays what it is when the error is 0; 0 and 0xffff are the same number. */
static uint16_t add_error(uint16_t check, uint16_t error)
{
	return error ? (uint16_t)((check + error) % 0xffff) : check;
}

static uint16_t choose(int given, size_t otherwise)
{
	return (uint16_t)(given == PACKET_AUTO ? otherwise : (size_t)given);
}

static void build_payload(const struct packet *p, uint8_t *payload)
{
	for (size_t i = 0; i < p->payload; i++)
		payload[i] = (uint8_t)(i * 7 + 0x41);
	if (p->first_word)
		packet_put16(payload, p->first_word);
	if (p->n_bytes)
		memcpy(payload, p->bytes, p->n_bytes);
}

static size_t build_udp(const struct packet *p, const uint8_t *ip, uint8_t *udp)
{
	size_t available = L4_LENGTH + p->payload;
	size_t length = choose(p->udp_length, available);
	uint16_t check;

	packet_put16(udp, p->sport);
	packet_put16(udp + 2, p->dport);
	packet_put16(udp + 4, (uint16_t)length);
	build_payload(p, udp + L4_LENGTH);

	check = packet_checksum(packet_l4_sum(
		ip, UDP, udp, length < available ? length : available));
	if (!check)
		check = 0xffff;
	check = add_error(choose(p->udp_check, check), p->udp_error);
	/* A wrong checksum of 0 would be none at all. */
	packet_put16(udp + 6, p->udp_error && !check ? 0xffff : check);
	return available;
}

static size_t build_ip(const struct packet *p, uint8_t *ip);

static size_t build_embedded(const struct packet *p, uint8_t *at)
{
	uint8_t whole[PACKET_LENGTH_MAX] = { 0 };
	size_t length;

	if (!p->embedded)
		return 0;
	length = build_ip(p->embedded, whole);
	if (p->embedded_length != PACKET_AUTO) {
		assert((size_t)p->embedded_length <= length);
		length = (size_t)p->embedded_length;
	}
	memcpy(at, whole, length);
	return length;
}

static size_t build_icmp(const struct packet *p, const uint8_t *ip,
			 uint8_t *icmp)
{
	uint8_t protocol = ipaddr_is4(p->saddr) ? ICMP4 : ICMP6;
	size_t length = L4_LENGTH;
	uint16_t check;

	icmp[0] = p->icmp_type;
	icmp[1] = p->icmp_code;
	packet_put32(icmp + 4, p->icmp_rest);
	length += build_embedded(p, icmp + length);
	build_payload(p, icmp + length);
	length += p->payload;

	check = packet_checksum(packet_l4_sum(ip, protocol, icmp, length));
	check = choose(p->icmp_check, check);
	packet_put16(icmp + 2, add_error(check, p->icmp_error));
	return length;
}

/* Behind an IP header whose addresses are written. */
static size_t build_body(const struct packet *p, const uint8_t *ip, uint8_t *at)
{
	switch (p->body) {
	case PACKET_UDP:
		return build_udp(p, ip, at);
	case PACKET_ICMP:
		return build_icmp(p, ip, at);
	default:
		build_payload(p, at);
		return p->payload;
	}
}

static uint8_t protocol_of(const struct packet *p)
{
	uint8_t icmp = ipaddr_is4(p->saddr) ? ICMP4 : ICMP6;

	return (uint8_t)choose(p->protocol,
			       p->body == PACKET_ICMP ? icmp : UDP);
}

static size_t build_ip4(const struct packet *p, uint8_t *ip)
{
	size_t header = IP4_LENGTH + p->options, length;
	uint16_t check;

	ip[0] = (uint8_t)(choose(p->version, 4) << 4 |
			  choose(p->ihl, header / 4));
	ip[1] = p->tos;
	packet_put16(ip + 4, p->id);
	packet_put16(ip + 6, p->fragment);
	ip[8] = p->ttl;
	ip[9] = protocol_of(p);
	packet_put_address(ip + IP4_ADDRESSES, p->saddr);
	packet_put_address(ip + IP4_ADDRESSES + 4, p->daddr);
	memset(ip + IP4_LENGTH, 1, p->options);
	length = header + build_body(p, ip, ip + header);
	packet_put16(ip + 2, choose(p->ip_length, length));

	check = packet_checksum(packet_sum(ip, header));
	packet_put16(ip + 10,
		     add_error(choose(p->ip_check, check), p->ip_error));
	return length;
}

/* Options of which nothing remains to be done, a route that has ended. */
static void build_extension(const struct packet *p,
			    const struct packet_extension *x, uint8_t *at)
{
	at[1] = (uint8_t)(x->length / 8 - 1);
	switch (x->type) {
	case PACKET_ROUTING:
		at[3] = x->segments_left;
		break;
	case PACKET_FRAGMENT:
		at[1] = 0;
		packet_put16(at + 2, x->fragment);
		packet_put32(at + 4, p->id);
		break;
	default: /* PadN (RFC 8200, 4.2) */
		at[2] = 1;
		at[3] = (uint8_t)(x->length - 4);
	}
}

/* The chain; each type goes into the header before, *next. */
static size_t build_extensions(const struct packet *p, uint8_t *next,
			       uint8_t *at)
{
	size_t length = 0;

	for (int i = 0; i < PACKET_EXTENSIONS_MAX; i++) {
		const struct packet_extension *x = &p->extensions[i];

		if (!x->length)
			break;
		*next = x->type;
		next = at + length;
		build_extension(p, x, next);
		length += x->length;
	}
	*next = protocol_of(p);
	return length;
}

static size_t build_ip6(const struct packet *p, uint8_t *ip)
{
	size_t length = IP6_LENGTH;

	packet_put32(ip, (uint32_t)choose(p->version, 6) << 28 |
				 (uint32_t)p->tos << 20 | p->flow_label);
	ip[7] = p->ttl;
	packet_put_address(ip + IP6_ADDRESSES, p->saddr);
	packet_put_address(ip + IP6_ADDRESSES + 16, p->daddr);
	length += build_extensions(p, ip + 6, ip + length);
	length += build_body(p, ip, ip + length);
	packet_put16(ip + 4,
		     (uint16_t)(choose(p->ip_length, length) - IP6_LENGTH));
	return length;
}

static size_t build_ip(const struct packet *p, uint8_t *ip)
{
	return ipaddr_is4(p->saddr) ? build_ip4(p, ip) : build_ip6(p, ip);
}

static size_t outer_ip_length(const struct packet_outer *o)
{
	return ipaddr_is4(o->source) ? IP4_LENGTH : IP6_LENGTH;
}

static size_t outer_length(const struct packet_outer *o)
{
	switch (o->tunnel) {
	case PACKET_IPIP:
		return outer_ip_length(o);
	case PACKET_GUE:
		return outer_ip_length(o) + L4_LENGTH;
	default:
		return 0;
	}
}

/* As RFC 2003, RFC 2473 and GUE variant 1 have it, without a UDP checksum. */
static void build_outer(const struct packet *p, uint8_t *at, size_t inner)
{
	const struct packet_outer *o = &p->outer;
	bool gue = o->tunnel == PACKET_GUE;
	struct packet header = {
		.version = PACKET_AUTO,
		.ihl = PACKET_AUTO,
		.tos = o->tos,
		.flow_label = o->flow_label,
		.fragment = DONT_FRAGMENT,
		.ttl = o->ttl ? o->ttl : HOPS,
		.protocol = ipaddr_is4(p->saddr) ? IP_IN : IP6_IN,
		.ip_check = PACKET_AUTO,
		.saddr = o->source,
		.daddr = o->destination,
		.body = PACKET_RAW,
	};

	if (o->tunnel == PACKET_PLAIN)
		return;
	if (gue) {
		uint8_t *udp = at + outer_ip_length(o);

		header.protocol = UDP;
		packet_put16(udp, o->sport);
		packet_put16(udp + 2, o->dport);
		packet_put16(udp + 4, (uint16_t)(L4_LENGTH + inner));
	}
	header.ip_length = (int)(outer_length(o) + inner);
	build_ip(&header, at);
}

static uint16_t ethertype_of(const struct packet *p)
{
	struct ipaddr first = p->outer.tunnel ? p->outer.source : p->saddr;

	return ipaddr_is4(first) ? 0x0800 : 0x86dd;
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
	packet_put16(at, choose(p->ethertype, ethertype_of(p)));
	return (size_t)(at + 2 - frame);
}

size_t packet_build(const struct packet *p, uint8_t *frame)
{
	size_t length, inner;
	uint8_t *ip;

	memset(frame, 0, PACKET_LENGTH_MAX);
	ip = frame + build_ethernet(p, frame);
	inner = build_ip(p, ip + outer_length(&p->outer));
	build_outer(p, ip, choose(p->ip_length, inner));
	length = (size_t)(ip - frame) + outer_length(&p->outer) + inner;
	assert(length + p->padding <= PACKET_LENGTH_MAX);

	memset(frame + length, 0xee, p->padding);
	length += p->padding;
	if (p->frame_length != PACKET_AUTO) {
		assert((size_t)p->frame_length <= length);
		length = (size_t)p->frame_length;
	}
	return length;
}
