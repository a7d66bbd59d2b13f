/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "rewrite.h"
#include "sum.h"
#include "tunnel.h"

#define IP4_LENGTH	     20
#define IP6_LENGTH	     40
#define L4_LENGTH	     8 /* of UDP and ICMP */
#define OUTER_MAX	     (IP6_LENGTH + L4_LENGTH)
#define HOPS		     64
#define DONT_FRAGMENT	     0x4000
#define IP4_IN_IP	     4
#define IP6_IN_IP	     41
#define TYPE4		     0x0800
#define TYPE6		     0x86dd
#define QUOTE4		     28	  /* bytes of a packet in what tells of it */
#define QUOTE6		     56	  /* room for a fragment header */
#define INTERNETWORK_CONTROL 0xc0 /* RFC 1812, 4.3.2.5 */

/* An IP header without options, checksum included. */
struct header {
	bool is6;
	uint8_t tos;
	uint32_t label;
	size_t payload;
	uint8_t protocol;
	struct ipaddr source, destination;
};

static size_t write_header4(const struct header *h, uint8_t *ip)
{
	memset(ip, 0, IP4_LENGTH);
	ip[0] = 0x45;
	ip[1] = h->tos;
	packet_put16(ip + 2, (uint16_t)(IP4_LENGTH + h->payload));
	packet_put16(ip + 6, DONT_FRAGMENT);
	ip[8] = HOPS;
	ip[9] = h->protocol;
	packet_put32(ip + 12, h->source.word[3]);
	packet_put32(ip + 16, h->destination.word[3]);
	packet_put16(ip + 10, packet_checksum(packet_ip_sum(ip)));
	return IP4_LENGTH;
}

static size_t write_header6(const struct header *h, uint8_t *ip)
{
	packet_put32(ip, 6U << 28 | (uint32_t)h->tos << 20 | h->label);
	packet_put16(ip + 4, (uint16_t)h->payload);
	ip[6] = h->protocol;
	ip[7] = HOPS;
	for (size_t i = 0; i < 4; i++) {
		packet_put32(ip + 8 + i * 4, h->source.word[i]);
		packet_put32(ip + 24 + i * 4, h->destination.word[i]);
	}
	return IP6_LENGTH;
}

static size_t write_header(const struct header *h, uint8_t *ip)
{
	return h->is6 ? write_header6(h, ip) : write_header4(h, ip);
}

static uint8_t read_tos(const uint8_t *frame, const struct reference_packet *p)
{
	const uint8_t *ip = frame + p->ip;

	return p->is6 ? (uint8_t)(packet_get16(ip) >> 4) : ip[1];
}

static size_t overhead_of(const struct fixture_service *s,
			  const struct fixture_backend *b)
{
	return (ipaddr_is4(b->address) ? IP4_LENGTH : IP6_LENGTH) +
	       (s->forward == LB_FORWARD_GUE ? L4_LENGTH : 0);
}

/* Some bits of the source may be the hash, as the wire shows its bytes. */
static struct ipaddr outer_source(const struct fixture_tunnel *t, bool is4,
				  uint32_t hash)
{
	uint32_t wire = reference_select_swap(hash);
	struct ipaddr source = is4 ? t->source4 : t->source6;

	source.word[3] |= wire & (is4 ? t->spread4 : t->spread6);
	return source;
}

static size_t write_outer(const struct fixture *f,
			  const struct fixture_service *s,
			  const struct fixture_backend *b,
			  const struct reference_packet *p, uint32_t hash,
			  const uint8_t *frame, uint8_t *outer)
{
	const struct fixture_tunnel *t =
		&f->tunnels[s->forward - LB_FORWARD_IPIP];
	bool is4 = ipaddr_is4(b->address);
	size_t inner = p->end - p->ip, length;
	struct header h = {
		.is6 = !is4,
		.tos = read_tos(frame, p),
		.label = hash % 0x100000,
		.payload = inner,
		.protocol = p->is6 ? IP6_IN_IP : IP4_IN_IP,
		.source = outer_source(t, is4, hash),
		.destination = b->address,
	};

	if (s->forward == LB_FORWARD_IPIP)
		return write_header(&h, outer);
	h.payload += L4_LENGTH;
	h.protocol = REFERENCE_UDP;
	length = write_header(&h, outer);
	packet_put16(outer + length, (uint16_t)(0xc000 | hash % 0x4000));
	packet_put16(outer + length + 2, b->port);
	packet_put16(outer + length + 4, (uint16_t)(L4_LENGTH + inner));
	packet_put16(outer + length + 6, 0);
	return length + L4_LENGTH;
}

/* Makes room for the outer header before the IP header. */
static void insert(struct expectation *want, size_t at, const uint8_t *outer,
		   size_t length)
{
	memmove(want->frame + at + length, want->frame + at, want->length - at);
	memcpy(want->frame + at, outer, length);
	want->length += length;
}

/* RFC 792 and 1191; RFC 4443, 3.2: the frame becomes the message. */
static void answer_too_big(const struct reference_packet *p, size_t mtu,
			   struct expectation *want)
{
	size_t quote = p->is6 ? QUOTE6 : QUOTE4;
	uint8_t protocol = p->is6 ? REFERENCE_ICMP6 : REFERENCE_ICMP;
	uint8_t message[L4_LENGTH + QUOTE6] = { 0 };
	struct header h = {
		.is6 = p->is6,
		.tos = p->is6 ? 0 : INTERNETWORK_CONTROL,
		.payload = L4_LENGTH + quote,
		.protocol = protocol,
		.source = p->destination,
		.destination = p->source,
	};
	uint8_t *ip = want->frame + p->ip, *icmp;

	message[0] = p->is6 ? 2 : 3;
	message[1] = p->is6 ? 0 : 4;
	packet_put32(message + 4, (uint32_t)mtu);
	memcpy(message + L4_LENGTH, ip, quote);

	reference_rewrite_turn(want->frame);
	icmp = ip + write_header(&h, ip);
	memcpy(icmp, message, L4_LENGTH + quote);
	packet_put16(icmp + 2, packet_checksum(packet_l4_sum(
				       ip, protocol, icmp, L4_LENGTH + quote)));
	want->length = (size_t)(icmp - want->frame) + L4_LENGTH + quote;
}

static enum lb_reason wrap(const struct fixture *f,
			   const struct fixture_service *s,
			   const struct fixture_backend *b,
			   const struct reference_packet *p, uint32_t hash,
			   struct expectation *want)
{
	uint8_t outer[OUTER_MAX];
	struct reference_sum sum;
	size_t length;

	reference_sum_take(&sum, want->frame + p->ip, NULL, 0, 0);
	reference_rewrite_hop(want->frame, p);
	reference_sum_restore(&sum);
	length = write_outer(f, s, b, p, hash, want->frame, outer);
	insert(want, p->ip, outer, length);
	packet_put16(want->frame + p->ip - 2,
		     ipaddr_is4(b->address) ? TYPE4 : TYPE6);
	reference_rewrite_macs(want->frame, b->mac);
	return LB_REASON_FORWARDED;
}

enum lb_reason reference_tunnel(const struct fixture *f,
				const struct fixture_service *s,
				const struct fixture_backend *b,
				const struct reference_packet *p,
				const struct reference_flow *flow, bool answer,
				struct expectation *want)
{
	size_t overhead = overhead_of(s, b);
	uint8_t ttl = want->frame[p->ip + (p->is6 ? 7 : 8)];

	if (ttl <= 1)
		return LB_REASON_TTL_EXPIRED;
	if (!b->mtu || p->end - p->ip + overhead <= b->mtu)
		return wrap(f, s, b, p, reference_select_hash(flow), want);
	if (!answer || !f->tunnels[s->forward - LB_FORWARD_IPIP].answer ||
	    (p->is6 && p->end - p->ip < QUOTE6))
		return LB_REASON_TOO_BIG;
	answer_too_big(p, b->mtu - overhead, want);
	return LB_REASON_TOLD_TOO_BIG;
}
