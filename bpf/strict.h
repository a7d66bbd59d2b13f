/* SPDX-License-Identifier: GPL-2.0-only */
/* What is malformed is dropped for the VIPs that say so. */
#ifndef LB_STRICT_H
#define LB_STRICT_H

#include "source.h"
#include "parse.h"

/*
 * Once more from the beginning of the frame: to keep what was parsed for the
 * sake of this would cost every packet.
 */
static __always_inline enum lb_reason parse_addresses(struct cursor *c,
						      struct packet *pkt)
{
	enum lb_reason reason;
	__be16 type;

	reason = parse_ethernet(c, pkt, &type);
	if (reason != LB_PARSED)
		return reason;
	pkt->kind = KIND_MALFORMED;
	pkt->plain = 0;
	pkt->ports = 0;
	pkt->ipv6 = 0;
	if (type == bpf_htons(ETH_P_IP)) {
		pkt->ip = c->pos;
		if ((void *)(pkt->ip + 1) > c->end)
			return LB_REASON_TRUNCATED;
		return LB_PARSED;
	}
	pkt->ip6 = c->pos;
	pkt->ipv6 = 1;
	if ((void *)(pkt->ip6 + 1) > c->end)
		return LB_REASON_TRUNCATED;
	return LB_PARSED;
}

/* The verdict on a packet that is not sound, for a reason of its own. */
static __always_inline enum lb_reason
strict_reason(struct xdp_md *ctx, enum lb_reason reason, union lb_index *index)
{
	struct cursor c = {
		.pos = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};
	struct lb_service *vip;
	struct packet pkt;

	if (reason < LB_REASON_FIRST_MALFORMED ||
	    reason > LB_REASON_LAST_MALFORMED)
		return reason;
	if (parse_addresses(&c, &pkt) != LB_PARSED || !lb_settle(&pkt, c.end))
		return reason;
	if (feature(MACS) && is_for_others(&pkt, index))
		return reason;
	vip = find_service(&pkt, index).service;
	return vip && vip->flags & LB_SERVICE_STRICT ? LB_REASON_MALFORMED
						     : reason;
}

#endif
