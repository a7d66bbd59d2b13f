/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "error.h"
#include "header.h"
#include "rewrite.h"
#include "sum.h"
#include "tunnel.h"

#define L4_LENGTH 8 /* of UDP and ICMP */
#define OUTER_MAX (REFERENCE_HEADER6 + L4_LENGTH)
#define IP4_IN_IP 4
#define IP6_IN_IP 41
#define TYPE4	  0x0800
#define TYPE6	  0x86dd

static uint8_t read_tos(const uint8_t *frame, const struct reference_packet *p)
{
	const uint8_t *ip = frame + p->ip;

	return p->is6 ? (uint8_t)(packet_get16(ip) >> 4) : ip[1];
}

static size_t overhead_of(const struct fixture_service *s,
			  const struct fixture_backend *b)
{
	return (ipaddr_is4(b->address) ? REFERENCE_HEADER4
				       : REFERENCE_HEADER6) +
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
	struct reference_header h = {
		.is6 = !is4,
		.tos = read_tos(frame, p),
		.label = hash % 0x100000,
		.payload = inner,
		.protocol = p->is6 ? IP6_IN_IP : IP4_IN_IP,
		.source = outer_source(t, is4, hash),
		.destination = b->address,
	};

	if (s->forward == LB_FORWARD_IPIP)
		return reference_header_write(&h, outer);
	h.payload += L4_LENGTH;
	h.protocol = REFERENCE_UDP;
	length = reference_header_write(&h, outer);
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
	struct reference_error message = {
		.type = p->is6 ? 2 : 3,
		.code = p->is6 ? 0 : 4,
		.quote = p->is6 ? REFERENCE_QUOTE6_MAX : REFERENCE_QUOTE4,
		.source = p->destination,
	};
	size_t overhead = overhead_of(s, b);
	uint8_t ttl = want->frame[p->ip + (p->is6 ? 7 : 8)];

	if (ttl <= 1)
		return LB_REASON_TTL_EXPIRED;
	if (!b->mtu || p->end - p->ip + overhead <= b->mtu)
		return wrap(f, s, b, p, reference_select_hash(flow), want);
	if (!answer || !f->tunnels[s->forward - LB_FORWARD_IPIP].answer ||
	    (p->is6 && p->end - p->ip < REFERENCE_QUOTE6_MAX))
		return LB_REASON_TOO_BIG;
	message.rest = (uint32_t)(b->mtu - overhead);
	reference_error_write(p, &message, want);
	return LB_REASON_TOLD_TOO_BIG;
}
