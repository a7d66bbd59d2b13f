/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "reference.h"
#include "flow.h"
#include "fragment.h"
#include "icmp.h"
#include "parse.h"
#include "rewrite.h"
#include "select.h"
#include "table.h"
#include "tell.h"
#include "tunnel.h"

/* Some VIPs want to have nothing to do with what is malformed. */
static enum lb_reason judge_malformed(const struct fixture *f,
				      const struct reference_packet *p,
				      enum lb_reason reason)
{
	const struct fixture_service *vip;

	if (reason < LB_REASON_FIRST_MALFORMED ||
	    reason > LB_REASON_LAST_MALFORMED || !p->ip ||
	    f->without & FIXTURE_FEATURE(STRICT))
		return reason;
	vip = reference_table_vip(f, p->is6, p->destination);
	return vip && vip->strict ? LB_REASON_MALFORMED : reason;
}

static enum lb_reason serve(const struct fixture *f,
			    const struct fixture_service *s,
			    const struct reference_packet *p, uint32_t sprayed,
			    struct expectation *want)
{
	struct reference_flow flow =
		reference_select_flow(want->frame, want->length, p);
	const struct fixture_backend *b;

	if (reference_table_denies(f, s, p->source))
		return LB_REASON_DENIED;
	want->backend = reference_flow_backend(f, s, &flow, sprayed, want);
	if (!want->backend)
		return s->forward == LB_FORWARD_OWN ? LB_REASON_NO_SERVICE
						    : LB_REASON_NO_BACKEND;
	b = &f->backends[want->backend];
	if (reference_table_is_local(f, b))
		return LB_REASON_LOCAL;
	if (s->forward < LB_FORWARD_IPIP)
		return reference_rewrite_forward(want->frame, p, s, b);
	/* All fragments of a datagram take one way. */
	if (p->part != REFERENCE_WHOLE)
		flow.ports = 0;
	return reference_tunnel(f, s, b, p, &flow, p->part != REFERENCE_LATER,
				want);
}

bool reference_run(const struct fixture *f, const uint8_t *frame, size_t length,
		   uint32_t sprayed, struct expectation *want)
{
	const struct fixture_service *service = NULL;
	const struct fixture_reply *reply;
	struct reference_packet p;

	memcpy(want->frame, frame, length);
	want->length = length;
	want->backend = 0;
	want->note = FRAGMENT_NOTHING;
	want->followed = want->not_told = false;
	reference_flow_start(f, want);
	want->reason = reference_parse(frame, length, f->without, &p);
	if (want->reason != LB_PARSED) {
		if (reference_table_has_mac(f, frame))
			want->reason = judge_malformed(f, &p, want->reason);
		return false;
	}
	if (p.protocol != REFERENCE_UDP) {
		want->reason = reference_icmp(f, &p, want);
		return false;
	}
	if (!reference_table_has_mac(f, frame)) {
		want->reason = LB_REASON_NOT_OUR_MAC;
		return false;
	}
	if (reference_fragment_follows(f, &p, want))
		return false;
	want->reason = reference_table_owner(f, &p, &service, &reply);
	if (want->reason == LB_PARSED && reply)
		want->reason = reference_rewrite_reply(want->frame, &p, reply);
	else if (want->reason == LB_PARSED)
		want->reason = serve(f, service, &p, sprayed, want);
	reference_fragment_note(f, &p, service, reply, want);
	reference_tell(f, &p, service, reply, want);
	return service && service->balance == LB_BALANCE_PACKET &&
	       p.part == REFERENCE_WHOLE;
}
