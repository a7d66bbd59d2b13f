/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who sends what cannot be delivered is told so by ICMP, on the host only:
 * nobody serves (port unreachable, as of a socket that is closed), or the TTL
 * ends here (time exceeded, as of any router).
 *
 * What must not be answered (RFC 1122, 3.2.2; RFC 4443, 2.4 (e)): an ICMP
 * error, a later fragment, what was sent to many, and what is from nobody.  The
 * last two the parser and is_forged() have dropped, but for what backends send
 * to clients: there it is the client that may be many.
 */
#ifndef LB_TELL_H
#define LB_TELL_H

#include "fragments.h"
#include "icmp_error.h"
#include "source.h"
#include "strict.h"

/* What is known of it before anything is told. */
struct told {
	_Bool wanted;
	__be32 from[4]; /* as whom we tell */
};

/* As whom it was for. */
static __always_inline void set_from(struct told *told,
				     const struct packet *pkt)
{
	/* Memory from here on: in registers it were in the way of all. */
	asm volatile("" : : "r"(told->from) : "memory");
	set_address(told->from, pkt, destination(pkt), destination4(pkt));
}

static __always_inline void note_unserved(const struct packet *pkt,
					  const struct change *change,
					  struct told *told)
{
	if (pkt->kind > KIND_FIRST || !change->tell)
		return;
	set_from(told, pkt);
	told->wanted = 1;
}

static __always_inline void note_expired(const struct packet *pkt,
					 const struct change *change,
					 struct told *told)
{
	const struct lb_target *target = change->target;

	if (pkt->kind > KIND_FIRST || !(target->flags & LB_TARGET_TELL))
		return;
	set_from(told, pkt);
	told->wanted = 1;
	if (!is_reply(change))
		return;
	if (pkt->ipv6 ? is_martian6(told->from) : is_martian4(told->from[3]))
		told->wanted = 0;
	told->from[0] = target->address[0];
	told->from[1] = target->address[1];
	told->from[2] = target->address[2];
	told->from[3] = target->address[3];
}

/*
 * One more such message, within the limit.  CPUs that ask at the same time may
 * all be told yes; but what each takes is added up, and missing afterwards.
 */
static __always_inline _Bool may_tell(_Bool expired, union lb_index *index)
{
	const __u64 now = bpf_ktime_get_ns();
	struct lb_limit *limit;
	__u64 used;

	index->row = expired;
	limit = bpf_map_lookup_elem(&limits, &index->row);
	if (!limit)
		return 0;
	used = *(volatile __u64 *)&limit->used;
	if (used + LB_LIMIT_NS > now) {
		count_fragment(LB_COUNT_NOT_TOLD, index);
		return 0;
	}
	if (used + LB_LIMIT_BURST * LB_LIMIT_NS < now)
		*(volatile __u64 *)&limit->used =
			now - LB_LIMIT_BURST * LB_LIMIT_NS;
	__atomic_fetch_add(&limit->used, LB_LIMIT_NS, __ATOMIC_RELAXED);
	return 1;
}

static __always_inline void error_set(struct icmp_error *error,
				      const struct packet *pkt, _Bool expired)
{
	error->ipv6 = pkt->ipv6;
	error->rest = 0;
	if (pkt->ipv6) {
		error->quote = ip_length(pkt) < LB_QUOTE6_MAX ? LB_QUOTE6
							      : LB_QUOTE6_MAX;
		error->type = expired ? bpf_htonl(LB_ICMPV6_EXCEEDED << 24)
				      : bpf_htonl(LB_ICMPV6_UNREACHABLE << 24 |
						  LB_ICMPV6_PORT << 16);
	} else {
		error->quote = LB_QUOTE4;
		error->type =
			expired ? bpf_htonl(LB_ICMP_TIME_EXCEEDED << 24)
				: bpf_htonl(LB_ICMP_UNREACHABLE << 24 |
					    LB_ICMP_PORT_UNREACHABLE << 16);
	}
}

/* Sends the packet back as an ICMP error; false if it cannot be done. */
static __always_inline _Bool send_back(struct xdp_md *ctx,
				       const struct packet *pkt,
				       const struct icmp_error *error)
{
	const __u32 size = icmp_error_headers(pkt->ipv6);
	const __be16 type =
		pkt->ipv6 ? bpf_htons(ETH_P_IPV6) : bpf_htons(ETH_P_IP);
	struct link link;
	void *ip;

	link_save(&link, pkt);
	link_turn(&link);
	if (!cut_frame(ctx, link.length + error->quote) ||
	    bpf_xdp_adjust_head(ctx, -(int)size))
		return 0;
	ip = link_restore(&link, ctx, type);
	return ip && write_error(ip, (void *)(long)ctx->data_end, error);
}

/* The packet once more: what was parsed need not be kept for the sake of this.
 */
static __always_inline _Bool look_again(struct xdp_md *ctx, struct packet *pkt)
{
	struct cursor c = {
		.pos = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};

	return parse_addresses(&c, pkt) == LB_PARSED && lb_settle(pkt, c.end);
}

/*
 * Of a packet whose sender wants to know, and which is as it came: what has
 * become of it, reason or that its sender was told.
 */
static __always_inline enum lb_reason tell(struct xdp_md *ctx,
					   const __be32 from[4],
					   enum lb_reason reason,
					   union lb_index *index)
{
	const _Bool expired = reason == LB_REASON_TTL_EXPIRED;
	struct icmp_error error = { .from = from };
	struct packet pkt;

	if (!may_tell(expired, index) || !look_again(ctx, &pkt))
		return reason;
	error_set(&error, &pkt, expired);
	if (!send_back(ctx, &pkt, &error))
		return reason;
	return expired ? LB_REASON_TOLD_TTL_EXPIRED : LB_REASON_TOLD_NO_BACKEND;
}

#endif
