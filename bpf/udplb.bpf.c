// SPDX-License-Identifier: GPL-2.0-only
/*
 * udplb: the whole data path.
 *
 *   parse -> service -> slot -> backend -> rewrite -> one exit that counts
 *
 * The same object runs on a Netronome card, in a NIC's driver and in the
 * generic hook, so it is written in the card's subset of BPF: HASH and ARRAY
 * maps, keys on the stack, map values that are either read or counted, no
 * globals, no division, no shift by a variable.  docs/DESIGN.md has the list.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "lb_abi.h"
#include "maps.h"
#include "features.h"
#include "parse_icmp.h"
#include "find.h"
#include "source.h"
#include "filter.h"
#include "select.h"
#include "quic.h"
#include "sticky.h"
#include "fragments.h"
#include "rewrite.h"
#include "plain.h"
#include "echo.h"
#include "translate.h"
#include "too_big.h"
#include "tell.h"
#include "strict.h"
#include "latency.h"

/* Leaves in *index that of the backend that owns the packet; returns it. */
static __always_inline struct lb_target *find_backend(struct xdp_md *ctx,
						      const struct packet *pkt,
						      const struct found *found,
						      union lb_index *index)
{
	const _Bool sticky = feature(STICKY) && found->service->sticky;
	__u32 *owner, backend = LB_NO_BACKEND;
	struct lb_target *target;
	struct lb_flow flow;

	if (sticky) {
		set_flow(&flow, pkt, found);
		target = find_flow(pkt, &flow, index);
		if (target)
			return target;
	}
	if (feature(QUIC) && lb_balance(shape(found)) == LB_BALANCE_QUIC)
		backend = quic_backend(ctx, pkt, found->service, index);
	if (backend == LB_NO_BACKEND) {
		index->slot = select_slot(pkt, found);
		owner = bpf_map_lookup_elem(&ring, &index->slot);
		if (!owner || *owner == LB_NO_BACKEND)
			return NULL;
		backend = *owner;
	}
	if (sticky)
		keep_flow(pkt, &flow, backend, index);
	index->backend = backend;
	return bpf_map_lookup_elem(&backends, &index->backend);
}

/* What has no port of its own goes by its source, if that tells the service. */
static __always_inline _Bool takes_fragments(const struct found *found)
{
	return lb_balance(shape(found)) == LB_BALANCE_SOURCE &&
	       found->service->flags & LB_SERVICE_SOLE;
}

/* Whose flow an error is about cannot be told of these. */
static __always_inline _Bool takes_errors(const struct found *found)
{
	return lb_balance(shape(found)) != LB_BALANCE_PACKET &&
	       lb_forward(shape(found)) != LB_FORWARD_SNAT;
}

static __always_inline enum lb_reason decide_forward(struct xdp_md *ctx,
						     const struct packet *pkt,
						     const struct found *found,
						     struct change *change,
						     union lb_index *index)
{
	const struct lb_service *service = found->service;

	if (goes_by_address(pkt) && !takes_fragments(found))
		return LB_REASON_FRAGMENT;
	if (feature(ICMP) && pkt->kind == KIND_ERROR && !takes_errors(found))
		return LB_REASON_ICMP;
	if (feature(FILTER) && service->flags & LB_SERVICE_FILTER &&
	    is_denied(pkt, service, index))
		return LB_REASON_DENIED;
	change->target = find_backend(ctx, pkt, found, index);
	change->forward = lb_forward(shape(found));
	if (change->target)
		return feature(LOCAL) && change->target->flags & LB_TARGET_LOCAL
			       ? LB_REASON_LOCAL
			       : LB_REASON_FORWARDED;
	if (feature(TELL))
		change->tell = service->flags & LB_SERVICE_TELL;
	return change->forward == LB_FORWARD_OWN ? LB_REASON_NO_SERVICE
						 : LB_REASON_NO_BACKEND;
}

/* A backend's answer becomes the VIP's, without any memory of the question. */
static __always_inline enum lb_reason decide_reply(const struct packet *pkt,
						   struct change *change,
						   union lb_index *index)
{
	struct lb_target *reply = feature(NAT) ? find_reply(pkt, index) : NULL;

	if (!reply)
		return pkt->kind == KIND_ERROR ? LB_REASON_ICMP
					       : LB_REASON_NO_SERVICE;
	if (goes_by_address(pkt) && !(reply->flags & LB_TARGET_SOLE))
		return LB_REASON_FRAGMENT;
	if (!(*(__u32 *)reply->mac | *(__u16 *)(reply->mac + 4)))
		return LB_REASON_NO_GATEWAY;
	change->target = reply;
	change->forward = FORWARD_REPLY;
	return LB_REASON_REPLIED;
}

static __always_inline enum lb_reason apply(struct xdp_md *ctx,
					    const struct packet *pkt,
					    const struct change *change,
					    union lb_index *index)
{
	const _Bool dsr = change->forward == LB_FORWARD_DSR;
	const _Bool tunnel = feature(TUNNEL) && is_tunnel(change);

	if (feature(NAT) && pkt->plain && !tunnel && !dsr)
		return translate_plain(pkt, change);
	if (hops_left(pkt) <= 1)
		return LB_REASON_TTL_EXPIRED;
	if (tunnel)
		return send_into_tunnel(ctx, pkt, change, index);
	if (dsr || !feature(NAT))
		rewrite_ttl(pkt);
	else
		translate(pkt, change);
	rewrite_macs(pkt->eth, change->target);
	return is_reply(change) ? LB_REASON_REPLIED : LB_REASON_FORWARDED;
}

/* What is for this host itself, its own stack judges. */
static __always_inline _Bool is_from_nobody(const struct packet *pkt,
					    const struct found *found,
					    union lb_index *index)
{
	return feature(SOURCE) && found->service &&
	       lb_forward(shape(found)) != LB_FORWARD_OWN &&
	       is_forged(pkt, index);
}

static __always_inline enum lb_reason decide(struct xdp_md *ctx,
					     const struct packet *pkt,
					     struct change *change,
					     union lb_index *index)
{
	const struct found found = find_service(pkt, index);

	if (is_from_nobody(pkt, &found, index))
		return LB_REASON_BAD_SOURCE;
	if (feature(ECHO) && pkt->kind == KIND_ECHO) {
		if (!found.service || !(found.service->flags & LB_SERVICE_ECHO))
			return LB_REASON_ICMP;
		answer_echo(pkt);
		return LB_REASON_ECHOED;
	}
	if (found.service)
		return decide_forward(ctx, pkt, &found, change, index);
	return decide_reply(pkt, change, index);
}

/* The same, but that a later fragment's first one has decided already. */
static __always_inline enum lb_reason decide_all(struct xdp_md *ctx,
						 const struct packet *pkt,
						 struct change *change,
						 union lb_index *index)
{
	enum lb_reason reason;

	if (feature(MACS) && is_for_others(pkt, index))
		return LB_REASON_NOT_OUR_MAC;
	if (feature(FOLLOW) && pkt->kind == KIND_LATER) {
		reason = follow_first(pkt, change, index);
		if (reason != LB_REASON_FRAGMENT)
			return reason;
	}
	reason = decide(ctx, pkt, change, index);
	if (feature(FOLLOW) && pkt->kind == KIND_FIRST)
		remember_first(pkt, change, reason, index);
	return reason;
}

/*
 * Decides and rewrites; index->backend is that of a forwarded packet, told what
 * its sender may be told of another.
 */
static __always_inline enum lb_reason serve(struct xdp_md *ctx,
					    const struct packet *pkt,
					    union lb_index *index,
					    struct told *told)
{
	struct change change;
	enum lb_reason reason = decide_all(ctx, pkt, &change, index);

	if (reason < LB_REASON_ICMP_ERROR) {
		if (reason == LB_REASON_NO_BACKEND && feature(TELL))
			note_unserved(pkt, &change, told);
		return reason;
	}
	reason = apply(ctx, pkt, &change, index);
	if (pkt->kind == KIND_ERROR && reason >= LB_REASON_REPLIED)
		return LB_REASON_ICMP_ERROR;
	if (reason == LB_REASON_TTL_EXPIRED && feature(TELL))
		note_expired(pkt, &change, told);
	return reason;
}

static __always_inline enum lb_reason
parse_and_serve(struct xdp_md *ctx, union lb_index *index, struct told *told)
{
	struct cursor c = {
		.pos = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};
	enum lb_reason reason;
	struct packet pkt;

	reason = parse_packet(&c, &pkt);
	if (reason != LB_PARSED)
		return feature(STRICT) ? strict_reason(ctx, reason, index)
				       : reason;
	if (!lb_settle(&pkt, c.end))
		return LB_REASON_TRUNCATED;
	pkt.plain = 0;
	return serve(ctx, &pkt, index, told);
}

static __always_inline int reason_action(enum lb_reason reason)
{
	if (reason >= LB_REASON_FIRST_TX)
		return XDP_TX;
	if (reason >= LB_REASON_FIRST_DROP)
		return XDP_DROP;
	return XDP_PASS;
}

/* The one exit: every packet is counted exactly once. */
static __always_inline int conclude(enum lb_reason reason,
				    union lb_index *index, __u64 length)
{
	struct lb_counter *counter;

	/*
	 * The barrier keeps clang from merging the two calls: one call with
	 * either map cannot be inlined by the kernel and costs 15 ns.
	 */
	if (reason == LB_REASON_FORWARDED) {
		counter = bpf_map_lookup_elem(&backend_stats, &index->backend);
		asm volatile("");
	} else {
		index->reason = reason;
		counter = bpf_map_lookup_elem(&reason_stats, &index->reason);
	}
	if (counter) {
		__atomic_fetch_add(&counter->packets, 1, __ATOMIC_RELAXED);
		__atomic_fetch_add(&counter->bytes, length, __ATOMIC_RELAXED);
	}
	return reason_action(reason);
}

/* Any packet: parse_packet() tells what it is. */
static __always_inline int run_general(struct xdp_md *ctx)
{
	/* As it arrived: tunnels make it longer. */
	__u64 length = (void *)(long)ctx->data_end - (void *)(long)ctx->data;
	union lb_index index = { .backend = LB_NO_BACKEND };
	struct told told;

	return conclude(parse_and_serve(ctx, &index, &told), &index, length);
}

/* Of its own, so that what is plain has little stack. */
static __noinline int call_general(struct xdp_md *ctx)
{
	return run_general(ctx);
}

/* One that parse_plain() took. */
static __always_inline int run_plain(struct xdp_md *ctx,
				     const struct packet *pkt)
{
	union lb_index index = { .backend = LB_NO_BACKEND };
	struct told told;
	enum lb_reason reason = serve(ctx, pkt, &index, &told);
	__u32 length = lb_later(pkt->ports_length) >> 32;

	/* A card adds a number faster that is known to have 16 bits. */
	return conclude(reason, &index, length & 0xffff);
}

/*
 * Both, where stack costs nothing.  Who is told is told at one place: what the
 * verifier knew of the way to it is forgotten.
 */
static __always_inline int run_on_host(struct xdp_md *ctx)
{
	union lb_index index = { .backend = LB_NO_BACKEND };
	struct told told = { .wanted = 0 };
	enum lb_reason reason;
	struct packet pkt;
	__u64 length;

	if (parse_plain(ctx, &pkt)) {
		reason = serve(ctx, &pkt, &index, &told);
		length = lb_later(pkt.ports_length) >> 32;
		if (!told.wanted)
			return conclude(reason, &index, length);
	} else {
		length = (void *)(long)ctx->data_end - (void *)(long)ctx->data;
		reason = parse_and_serve(ctx, &index, &told);
		if (!told.wanted)
			return conclude(reason, &index, length);
	}
	reason = tell(ctx, told.from, reason, &index);
	return conclude(reason, &index, length);
}

static __always_inline int balance(struct xdp_md *ctx)
{
	struct packet pkt;

	if (LB_VARIANT == LB_VARIANT_all)
		return run_on_host(ctx);
	if (!LB_HAS_PLAIN)
		return run_general(ctx);
	if (parse_plain(ctx, &pkt))
		return run_plain(ctx, &pkt);
	/* A card saves these for the call, whatever is in them. */
	asm volatile("r6 = 0; r7 = 0; r8 = 0; r9 = 0" ::
			     : "r6", "r7", "r8", "r9");
	return call_general(ctx);
}

/* The pure program: the only one a card ever sees. */
SEC("xdp")
int udplb(struct xdp_md *ctx)
{
	return balance(ctx);
}

/* The same pipeline, its duration sampled: host modes, when asked for. */
SEC("xdp")
int udplb_timed(struct xdp_md *ctx)
{
	__u64 start = latency_start();
	int action = balance(ctx);

	if (start)
		latency_record(start);
	return action;
}

char LICENSE[] SEC("license") = "GPL";
