/* SPDX-License-Identifier: GPL-2.0-only */
#include "error.h"
#include "table.h"
#include "tell.h"

static bool wants(const struct fixture *f, const struct reference_packet *p,
		  const struct fixture_service *service,
		  const struct fixture_reply *reply,
		  const struct expectation *want)
{
	if (p->part == REFERENCE_LATER)
		return false;
	if (want->reason == LB_REASON_NO_BACKEND)
		return service->tell;
	if (want->reason != LB_REASON_TTL_EXPIRED)
		return false;
	if (service)
		return f->backends[want->backend].tell;
	return reply->tell &&
	       !reference_table_is_nobody(p->is6, p->destination);
}

void reference_tell(const struct fixture *f, const struct reference_packet *p,
		    const struct fixture_service *service,
		    const struct fixture_reply *reply, struct expectation *want)
{
	const bool unserved = want->reason == LB_REASON_NO_BACKEND;
	struct reference_error error = {
		.quote = REFERENCE_QUOTE4,
		.source = reply ? reply->vip : p->destination,
	};

	if (f->without & FIXTURE_FEATURE(TELL) ||
	    !wants(f, p, service, reply, want))
		return;
	if (f->limit == FIXTURE_USED_UP) {
		want->not_told = true;
		return;
	}
	if (p->is6)
		error.quote = p->end - p->ip >= REFERENCE_QUOTE6_MAX
				      ? REFERENCE_QUOTE6_MAX
				      : REFERENCE_QUOTE6;
	if (unserved) {
		error.type = p->is6 ? 1 : 3;
		error.code = p->is6 ? 4 : 3;
	} else {
		error.type = p->is6 ? 3 : 11;
	}
	reference_error_write(p, &error, want);
	want->reason = unserved ? LB_REASON_TOLD_NO_BACKEND
				: LB_REASON_TOLD_TTL_EXPIRED;
}
