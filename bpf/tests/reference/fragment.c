/* SPDX-License-Identifier: GPL-2.0-only */
#include "fragment.h"
#include "rewrite.h"
#include "select.h"
#include "tunnel.h"

static bool follows(const struct fixture *f)
{
	return !(f->without & FIXTURE_FEATURE(FOLLOW));
}

static const struct fixture_fragment *find(const struct fixture *f,
					   const struct reference_packet *p)
{
	for (size_t i = 0; i < f->n_fragments; i++) {
		const struct fixture_fragment *first = &f->fragments[i];

		if (first->is6 == p->is6 && first->id == p->id &&
		    ipaddr_equal(first->source, p->source) &&
		    ipaddr_equal(first->destination, p->destination))
			return first;
	}
	return NULL;
}

static enum lb_reason forward(const struct fixture *f,
			      const struct fixture_fragment *first,
			      const struct reference_packet *p,
			      struct expectation *want)
{
	const struct fixture_backend *b = &f->backends[first->backend];
	const struct fixture_service s = { .forward = first->forward };
	const struct reference_flow flow = { .is6 = p->is6,
					     .client = p->source };

	want->backend = first->backend;
	return first->forward < LB_FORWARD_IPIP
		       ? reference_rewrite_forward(want->frame, p, &s, b)
		       : reference_tunnel(f, &s, b, p, &flow, false, want);
}

bool reference_fragment_follows(const struct fixture *f,
				const struct reference_packet *p,
				struct expectation *want)
{
	const struct fixture_fragment *first =
		p->part == REFERENCE_LATER && follows(f) ? find(f, p) : NULL;

	if (!first)
		return false;
	want->followed = true;
	want->reason = first->reason;
	if (first->reason == LB_REASON_FORWARDED)
		want->reason = forward(f, first, p, want);
	if (first->reason == LB_REASON_REPLIED)
		want->reason =
			reference_rewrite_reply(want->frame, p, &first->reply);
	return true;
}

/* Not what has become of it on its way: that is each fragment's own. */
static enum lb_reason decision(const struct fixture_reply *reply,
			       const struct expectation *want)
{
	if (reply)
		return reply->mac ? LB_REASON_REPLIED : LB_REASON_NO_GATEWAY;
	return want->backend && want->reason != LB_REASON_LOCAL
		       ? LB_REASON_FORWARDED
		       : want->reason;
}

void reference_fragment_note(const struct fixture *f,
			     const struct reference_packet *p,
			     const struct fixture_service *service,
			     const struct fixture_reply *reply,
			     struct expectation *want)
{
	if (p->part != REFERENCE_FIRST || !follows(f))
		return;
	want->fragment = (struct fixture_fragment){
		.is6 = p->is6,
		.source = p->source,
		.destination = p->destination,
		.id = p->id,
		.reason = decision(reply, want),
		.backend = want->backend,
	};
	want->note = FRAGMENT_GONE;
	if (want->fragment.reason < LB_REASON_FIRST_DROP)
		return;
	want->note = FRAGMENT_NEW;
	if (service)
		want->fragment.forward = service->forward;
	if (reply)
		want->fragment.reply = *reply;
}
