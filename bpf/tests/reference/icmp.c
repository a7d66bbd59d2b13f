/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "flow.h"
#include "icmp.h"
#include "rewrite.h"
#include "select.h"
#include "sum.h"
#include "table.h"
#include "tunnel.h"

#define ICMP_LENGTH 8
#define UDP_LENGTH  8
#define HOPS	    64

/* A packet that an error is about, as it was sent; offsets in the frame. */
struct embedded {
	size_t ip, udp;
	struct ipaddr source, destination;
	uint16_t sport, dport;
};

static bool is_echo_request(const uint8_t *icmp, bool is6)
{
	return icmp[0] == (is6 ? 128 : 8) && icmp[1] == 0;
}

/* RFC 792 and 4443: what could not be delivered, not what could be better. */
static bool is_error(const uint8_t *icmp, bool is6)
{
	return is6 ? icmp[0] >= 1 && icmp[0] <= 4
		   : icmp[0] == 3 || icmp[0] == 11 || icmp[0] == 12;
}

static enum lb_reason answer_echo(const struct reference_packet *p,
				  struct expectation *want)
{
	uint8_t *ip = want->frame + p->ip;
	size_t length = p->is6 ? 16 : 4;
	uint8_t *source = ip + reference_rewrite_source(p->is6);
	uint8_t *destination = ip + reference_rewrite_destination(p->is6);
	uint8_t client[16];
	struct reference_sum sum;

	reference_sum_take_packet(&sum, want->frame, p);
	memcpy(client, source, length);
	memcpy(source, destination, length);
	memcpy(destination, client, length);
	ip[p->is6 ? 7 : 8] = HOPS;
	want->frame[p->l4] = p->is6 ? 129 : 0;
	reference_sum_restore(&sum);
	reference_rewrite_turn(want->frame);
	return LB_REASON_ECHOED;
}

static bool parse_embedded(const uint8_t *frame,
			   const struct reference_packet *p, struct embedded *e)
{
	const uint8_t *ip = frame + p->l4 + ICMP_LENGTH;
	size_t header = p->is6 ? 40 : 20;

	e->ip = p->l4 + ICMP_LENGTH;
	e->udp = e->ip + header;
	if (e->udp + UDP_LENGTH > p->end)
		return false;
	if (p->is6 ? ip[0] / 16 != 6 || ip[6] != REFERENCE_UDP
		   : ip[0] != 0x45 || ip[9] != REFERENCE_UDP ||
			     packet_get16(ip + 6) % 0x2000)
		return false;
	e->source = p->is6 ? packet_get_address6(ip + 8)
			   : packet_get_address4(ip + 12);
	e->destination = p->is6 ? packet_get_address6(ip + 24)
				: packet_get_address4(ip + 16);
	e->sport = packet_get16(frame + e->udp);
	e->dport = packet_get16(frame + e->udp + 2);
	return ipaddr_equal(p->destination, e->source);
}

/* Of what covers the embedded packet, from the inside out. */
struct sums {
	struct reference_sum inner, outer;
};

static void take_sums(struct sums *s, uint8_t *frame,
		      const struct reference_packet *p,
		      const struct embedded *e)
{
	reference_sum_take(&s->inner, frame + e->ip, frame + e->udp,
			   REFERENCE_UDP, p->end - e->udp);
	reference_sum_take_packet(&s->outer, frame, p);
}

static void restore_sums(const struct sums *s)
{
	reference_sum_restore(&s->inner);
	reference_sum_restore(&s->outer);
}

/* As nat did with the client's packets, the other way round inside. */
static enum lb_reason to_backend(uint8_t *frame,
				 const struct reference_packet *p,
				 const struct embedded *e,
				 const struct fixture_backend *b)
{
	struct sums sums;

	take_sums(&sums, frame, p, e);
	if (reference_rewrite_hop(frame, p) != LB_PARSED)
		return LB_REASON_TTL_EXPIRED;
	packet_put_address(frame + p->ip +
				   reference_rewrite_destination(p->is6),
			   b->address);
	packet_put_address(frame + e->ip + reference_rewrite_source(p->is6),
			   b->address);
	if (b->port)
		packet_put16(frame + e->udp, b->port);
	restore_sums(&sums);
	reference_rewrite_macs(frame, b->mac);
	return LB_REASON_ICMP_ERROR;
}

/* About a packet that the VIP, that is one of its backends, sent. */
static enum lb_reason serve_error(const struct fixture *f,
				  const struct fixture_service *s,
				  const struct reference_packet *p,
				  const struct embedded *e,
				  struct expectation *want)
{
	struct reference_flow flow = {
		.is6 = p->is6,
		.client = e->destination,
		.ports = (uint32_t)e->dport << 16 | e->sport,
	};
	const struct fixture_backend *b;
	enum lb_reason reason;
	uint32_t index;

	if (s->balance == LB_BALANCE_PACKET || s->forward == LB_FORWARD_SNAT)
		return LB_REASON_ICMP;
	if (reference_table_denies(f, s, e->destination))
		return LB_REASON_DENIED;
	index = reference_flow_find(f, s, &flow);
	if (!index)
		index = reference_select_backend(f, s, &flow, 0);
	if (!index)
		return LB_REASON_NO_BACKEND;
	b = &f->backends[index];
	if (reference_table_is_local(f, b))
		return LB_REASON_LOCAL;
	if (s->forward == LB_FORWARD_NAT)
		return to_backend(want->frame, p, e, b);
	reason = s->forward == LB_FORWARD_DSR
			 ? reference_rewrite_forward(want->frame, p, s, b)
			 : reference_tunnel(f, s, b, p, &flow, false, want);
	return reason == LB_REASON_FORWARDED ? LB_REASON_ICMP_ERROR : reason;
}

/* About a packet that we sent to a backend: it came from the client. */
static enum lb_reason to_client(uint8_t *frame,
				const struct reference_packet *p,
				const struct embedded *e,
				const struct fixture_reply *r)
{
	struct sums sums;

	if (!r->mac)
		return LB_REASON_NO_GATEWAY;
	take_sums(&sums, frame, p, e);
	if (reference_rewrite_hop(frame, p) != LB_PARSED)
		return LB_REASON_TTL_EXPIRED;
	if (ipaddr_equal(p->source, e->destination))
		packet_put_address(frame + p->ip +
					   reference_rewrite_source(p->is6),
				   r->vip);
	packet_put_address(
		frame + e->ip + reference_rewrite_destination(p->is6), r->vip);
	if (r->vip_port)
		packet_put16(frame + e->udp + 2, r->vip_port);
	restore_sums(&sums);
	reference_rewrite_macs(frame, r->mac);
	return LB_REASON_ICMP_ERROR;
}

static enum lb_reason follow_error(const struct fixture *f,
				   const struct reference_packet *p,
				   struct expectation *want)
{
	const struct fixture_service *s;
	const struct fixture_reply *r;
	struct embedded e;

	if (!parse_embedded(want->frame, p, &e))
		return LB_REASON_ICMP;
	if (!reference_table_has_mac(f, want->frame))
		return LB_REASON_NOT_OUR_MAC;
	s = reference_table_service(f, p->is6, e.source, e.sport);
	if (s && reference_table_is_forged(f, s, p))
		return LB_REASON_BAD_SOURCE;
	if (s)
		return serve_error(f, s, p, &e, want);
	r = reference_table_reply(f, p->is6, e.destination, e.dport);
	return r ? to_client(want->frame, p, &e, r) : LB_REASON_ICMP;
}

enum lb_reason reference_icmp(const struct fixture *f,
			      const struct reference_packet *p,
			      struct expectation *want)
{
	const uint8_t *icmp = want->frame + p->l4;
	const struct fixture_service *vip;

	if (p->end < p->l4 + ICMP_LENGTH)
		return LB_REASON_ICMP;
	if (is_echo_request(icmp, p->is6)) {
		vip = reference_table_vip(f, p->is6, p->destination);
		if (f->without & FIXTURE_FEATURE(ECHO))
			return LB_REASON_ICMP;
		if (!reference_table_has_mac(f, want->frame))
			return LB_REASON_NOT_OUR_MAC;
		if (vip && reference_table_is_forged(f, vip, p))
			return LB_REASON_BAD_SOURCE;
		return vip && vip->ping ? answer_echo(p, want) : LB_REASON_ICMP;
	}
	if (is_error(icmp, p->is6) && !(f->without & FIXTURE_FEATURE(ICMP)))
		return follow_error(f, p, want);
	return LB_REASON_ICMP;
}
