/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "rewrite.h"
#include "sum.h"

#define MAC_LENGTH 6

void reference_rewrite_macs(uint8_t *frame, uint64_t to)
{
	memcpy(frame + MAC_LENGTH, frame, MAC_LENGTH);
	packet_put_mac(frame, to);
}

void reference_rewrite_turn(uint8_t *frame)
{
	uint8_t sender[MAC_LENGTH];

	memcpy(sender, frame + MAC_LENGTH, MAC_LENGTH);
	memcpy(frame + MAC_LENGTH, frame, MAC_LENGTH);
	memcpy(frame, sender, MAC_LENGTH);
}

size_t reference_rewrite_source(bool is6)
{
	return is6 ? 8 : 12;
}

size_t reference_rewrite_destination(bool is6)
{
	return is6 ? 24 : 16;
}

enum lb_reason reference_rewrite_hop(uint8_t *frame,
				     const struct reference_packet *p)
{
	uint8_t *ttl = frame + p->ip + (p->is6 ? 7 : 8);

	if (*ttl < 2)
		return LB_REASON_TTL_EXPIRED;
	--*ttl;
	return LB_PARSED;
}

enum lb_reason reference_rewrite_forward(uint8_t *frame,
					 const struct reference_packet *p,
					 const struct fixture_service *s,
					 const struct fixture_backend *b)
{
	uint8_t *source = frame + p->ip + reference_rewrite_source(p->is6);
	uint8_t *destination =
		frame + p->ip + reference_rewrite_destination(p->is6);
	struct reference_sum sum;

	if (s->forward == LB_FORWARD_DSR)
		reference_sum_take(&sum, frame + p->ip, NULL, 0, 0);
	else
		reference_sum_take_packet(&sum, frame, p);
	if (reference_rewrite_hop(frame, p) != LB_PARSED)
		return LB_REASON_TTL_EXPIRED;
	if (s->forward != LB_FORWARD_DSR) {
		if (s->forward == LB_FORWARD_SNAT)
			packet_put_address(source, p->destination);
		packet_put_address(destination, b->address);
		if (b->port && p->part != REFERENCE_LATER)
			packet_put16(frame + p->l4 + 2, b->port);
	}
	reference_sum_restore(&sum);
	reference_rewrite_macs(frame, b->mac);
	return LB_REASON_FORWARDED;
}

enum lb_reason reference_rewrite_reply(uint8_t *frame,
				       const struct reference_packet *p,
				       const struct fixture_reply *r)
{
	struct reference_sum sum;

	if (!r->mac)
		return LB_REASON_NO_GATEWAY;
	reference_sum_take_packet(&sum, frame, p);
	if (reference_rewrite_hop(frame, p) != LB_PARSED)
		return LB_REASON_TTL_EXPIRED;
	packet_put_address(frame + p->ip + reference_rewrite_source(p->is6),
			   r->vip);
	if (r->vip_port && p->part != REFERENCE_LATER)
		packet_put16(frame + p->l4, r->vip_port);
	reference_sum_restore(&sum);
	reference_rewrite_macs(frame, r->mac);
	return LB_REASON_REPLIED;
}
