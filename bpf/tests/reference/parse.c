/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "bpf/tests/fixture.h"
#include "parse.h"

#define IP4_LENGTH	 20
#define IP6_LENGTH	 40
#define L4_LENGTH	 8
#define EXTENSIONS_MAX	 4
#define EXTENSION_LENGTH 64 /* at most */

struct view {
	const uint8_t *frame;
	size_t length;
	uint32_t without;
};

static bool has(const struct view *v, uint32_t feature)
{
	return !(v->without & feature);
}

static bool is_within(const struct view *v, size_t at, size_t length)
{
	return at + length <= v->length;
}

static bool is_wanted(const struct view *v, uint8_t protocol, uint8_t icmp)
{
	return protocol == REFERENCE_UDP ||
	       (protocol == icmp && (has(v, FIXTURE_FEATURE(ICMP)) ||
				     has(v, FIXTURE_FEATURE(ECHO))));
}

/* Both families; p->end may be before p->l4. */
static enum lb_reason parse_udp(const struct view *v,
				struct reference_packet *p)
{
	size_t announced, available = p->end > p->l4 ? p->end - p->l4 : 0;

	if (p->part == REFERENCE_LATER)
		return LB_PARSED;
	if (!is_within(v, p->l4, L4_LENGTH))
		return LB_REASON_TRUNCATED;
	announced = packet_get16(v->frame + p->l4 + 4);
	if (announced < L4_LENGTH || available < L4_LENGTH)
		return LB_REASON_BAD_UDP_LENGTH;
	if (p->part == REFERENCE_WHOLE && announced > available)
		return LB_REASON_BAD_UDP_LENGTH;
	p->sport = packet_get16(v->frame + p->l4);
	p->dport = packet_get16(v->frame + p->l4 + 2);
	return LB_PARSED;
}

/* Behind the IP headers, which are sound. */
static enum lb_reason parse_body(const struct view *v,
				 struct reference_packet *p)
{
	if (p->end > v->length)
		return LB_REASON_BAD_IP_LENGTH;
	if (p->part != REFERENCE_WHOLE &&
	    (p->protocol != REFERENCE_UDP ||
	     !(has(v, FIXTURE_FEATURE(FRAGMENTS)) ||
	       has(v, FIXTURE_FEATURE(FOLLOW)))))
		return LB_REASON_FRAGMENT;
	return p->protocol == REFERENCE_UDP ? parse_udp(v, p) : LB_PARSED;
}

/* The offset in bytes, and whether more follow. */
static enum reference_part part_of(unsigned int offset, bool more)
{
	if (offset)
		return REFERENCE_LATER;
	return more ? REFERENCE_FIRST : REFERENCE_WHOLE;
}

static enum lb_reason parse_ip4(const struct view *v, size_t at,
				struct reference_packet *p)
{
	const uint8_t *ip = v->frame + at;
	uint16_t fragment;
	size_t total;

	if (!is_within(v, at, IP4_LENGTH))
		return LB_REASON_TRUNCATED;
	p->ip = at;
	p->source = packet_get_address4(ip + 12);
	p->destination = packet_get_address4(ip + 16);
	p->protocol = ip[9];
	if (!is_wanted(v, p->protocol, REFERENCE_ICMP))
		return LB_REASON_NOT_UDP;
	if (ip[0] / 16 != 4 || ip[0] % 16 < 5)
		return LB_REASON_BAD_IP_HEADER;
	if (ip[0] % 16 > 5)
		return LB_REASON_IP_OPTIONS;
	total = packet_get16(ip + 2);
	if (total < IP4_LENGTH)
		return LB_REASON_BAD_IP_LENGTH;
	fragment = packet_get16(ip + 6);
	p->part = part_of(fragment % 0x2000, fragment & 0x2000);
	p->id = packet_get16(ip + 4);
	p->l4 = at + IP4_LENGTH;
	p->end = at + total;
	return parse_body(v, p);
}

static bool is_extension(uint8_t type)
{
	return type == PACKET_HOP_BY_HOP || type == PACKET_ROUTING ||
	       type == PACKET_FRAGMENT || type == PACKET_DESTINATION;
}

/* One header at p->l4; sets what follows, and whether it was a fragment's. */
static enum lb_reason parse_extension(const struct view *v,
				      struct reference_packet *p,
				      bool *is_fragment)
{
	const uint8_t *header = v->frame + p->l4;
	bool had_fragment = *is_fragment;
	size_t length = L4_LENGTH;

	if (!is_within(v, p->l4, L4_LENGTH))
		return LB_REASON_TRUNCATED;
	*is_fragment |= p->protocol == PACKET_FRAGMENT;
	if (p->protocol == PACKET_FRAGMENT) {
		uint16_t word = packet_get16(header + 2);

		if (had_fragment)
			return LB_REASON_EXTENSIONS;
		p->part = part_of(word & 0xfff8, word & 1);
		p->id = packet_get32(header + 4);
	} else {
		length *= header[1] + 1U;
		if (length > EXTENSION_LENGTH)
			return LB_REASON_EXTENSIONS;
		if (p->protocol == PACKET_ROUTING && header[3])
			return LB_REASON_EXTENSIONS;
	}
	p->protocol = header[0];
	p->l4 += length;
	return LB_PARSED;
}

/* RFC 8200, 4: from p->l4 on, up to what is not an extension. */
static enum lb_reason parse_extensions(const struct view *v,
				       struct reference_packet *p)
{
	enum lb_reason reason = LB_PARSED;
	bool is_fragment = false;

	for (int i = 0; i < EXTENSIONS_MAX && is_extension(p->protocol); i++) {
		reason = parse_extension(v, p, &is_fragment);
		if (reason != LB_PARSED)
			return reason;
		if (p->part == REFERENCE_LATER)
			return is_extension(p->protocol) ? LB_REASON_FRAGMENT
							 : LB_PARSED;
	}
	return is_extension(p->protocol) ? LB_REASON_EXTENSIONS : LB_PARSED;
}

static enum lb_reason parse_ip6(const struct view *v, size_t at,
				struct reference_packet *p)
{
	const uint8_t *ip = v->frame + at;
	enum lb_reason reason;

	p->is6 = true;
	if (!is_within(v, at, IP6_LENGTH))
		return LB_REASON_TRUNCATED;
	p->ip = at;
	p->source = packet_get_address6(ip + 8);
	p->destination = packet_get_address6(ip + 24);
	if (ip[0] / 16 != 6)
		return LB_REASON_BAD_IP_HEADER;
	p->protocol = ip[6];
	p->l4 = at + IP6_LENGTH;
	p->end = at + IP6_LENGTH + packet_get16(ip + 4);
	reason = parse_extensions(v, p);
	if (reason != LB_PARSED)
		return reason;
	if (!is_wanted(v, p->protocol, REFERENCE_ICMP6))
		return LB_REASON_NOT_UDP;
	return parse_body(v, p);
}

static enum lb_reason parse_ethernet(const struct view *v,
				     struct reference_packet *p)
{
	size_t type = 12;

	for (int tags = 0;; tags++) {
		uint16_t proto;

		if (!is_within(v, type, 2))
			return LB_REASON_TRUNCATED;
		proto = packet_get16(v->frame + type);
		if (proto == 0x0800)
			return parse_ip4(v, type + 2, p);
		if (proto == 0x86dd && has(v, FIXTURE_FEATURE(IPV6)))
			return parse_ip6(v, type + 2, p);
		if (tags == 2 || (proto != 0x8100 && proto != 0x88a8))
			return LB_REASON_NOT_IP;
		type += 4;
	}
}

enum lb_reason reference_parse(const uint8_t *frame, size_t length,
			       uint32_t without, struct reference_packet *p)
{
	struct view v = { frame, length, without };
	enum lb_reason reason;

	memset(p, 0, sizeof(*p));
	reason = parse_ethernet(&v, p);
	if (reason == LB_PARSED && frame[0] % 2)
		return LB_REASON_NOT_UNICAST;
	return reason;
}
