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
#include "filter.h"
#include "select.h"
#include "quic.h"
#include "sticky.h"
#include "rewrite.h"
#include "echo.h"
#include "translate.h"
#include "too_big.h"
#include "strict.h"
#include "latency.h"

/* Leaves in *key the index of the backend that owns the packet; returns it. */
static __always_inline struct lb_target *
find_backend(struct xdp_md *ctx, const struct packet *pkt,
	     const struct lb_service *service, __u32 *key)
{
	const _Bool sticky = feature(STICKY) && service->sticky;
	__u32 *owner, backend = LB_NO_BACKEND;
	struct lb_target *target;
	struct lb_flow flow;

	if (sticky) {
		set_flow(&flow, pkt, service);
		target = find_flow(pkt, &flow, key);
		if (target)
			return target;
	}
	if (feature(QUIC) && service->balance == LB_BALANCE_QUIC)
		backend = quic_backend(ctx, pkt, service, key);
	if (backend == LB_NO_BACKEND) {
		*key = select_slot(pkt, service);
		owner = bpf_map_lookup_elem(&ring, key);
		if (!owner || *owner == LB_NO_BACKEND)
			return NULL;
		backend = *owner;
	}
	if (sticky)
		keep_flow(pkt, &flow, backend, key);
	*key = backend;
	return bpf_map_lookup_elem(&backends, key);
}

/* What has no port of its own goes by its source, if that tells the service. */
static __always_inline _Bool takes_fragments(const struct lb_service *service)
{
	return service->balance == LB_BALANCE_SOURCE &&
	       service->flags & LB_SERVICE_SOLE;
}

/* Whose flow an error is about cannot be told of these. */
static __always_inline _Bool takes_errors(const struct lb_service *service)
{
	return service->balance != LB_BALANCE_PACKET &&
	       service->forward != LB_FORWARD_SNAT;
}

static __always_inline enum lb_reason
decide_forward(struct xdp_md *ctx, const struct packet *pkt,
	       const struct lb_service *service, struct change *change,
	       __u32 *key)
{
	if (feature(FRAGMENTS) && is_fragment(pkt) && !takes_fragments(service))
		return LB_REASON_FRAGMENT;
	if (feature(ICMP) && pkt->kind == KIND_ERROR && !takes_errors(service))
		return LB_REASON_ICMP;
	if (feature(FILTER) && service->flags & LB_SERVICE_FILTER &&
	    is_denied(pkt, service, key))
		return LB_REASON_DENIED;
	change->forward = service->forward;
	change->reply = 0;
	change->target = find_backend(ctx, pkt, service, key);
	if (change->target)
		return LB_REASON_FORWARDED;
	return change->forward == LB_FORWARD_OWN ? LB_REASON_NO_SERVICE :
						   LB_REASON_NO_BACKEND;
}

/* A backend's answer becomes the VIP's, without any memory of the question. */
static __always_inline enum lb_reason decide_reply(const struct packet *pkt,
						   struct change *change,
						   __u32 *key)
{
	struct lb_target *reply = feature(NAT) ? find_reply(pkt, key) : NULL;

	if (!reply)
		return pkt->kind == KIND_ERROR ? LB_REASON_ICMP :
						 LB_REASON_NO_SERVICE;
	if (feature(FRAGMENTS) && is_fragment(pkt) &&
	    !(reply->flags & LB_TARGET_SOLE))
		return LB_REASON_FRAGMENT;
	if (!(*(__u32 *)reply->mac | *(__u16 *)(reply->mac + 4)))
		return LB_REASON_NO_GATEWAY;
	change->target = reply;
	change->forward = LB_FORWARD_NAT;
	change->reply = 1;
	return LB_REASON_REPLIED;
}

static __always_inline enum lb_reason apply(struct xdp_md *ctx,
					    const struct packet *pkt,
					    const struct change *change,
					    __u32 *key)
{
	enum lb_reason done = change->reply ? LB_REASON_REPLIED :
					      LB_REASON_FORWARDED;

	if (change->forward != LB_FORWARD_DSR) {
		if (hops_left(pkt) <= 1)
			return LB_REASON_TTL_EXPIRED;
		if (feature(TUNNEL) && change->forward >= LB_FORWARD_IPIP)
			return send_into_tunnel(ctx, pkt, change, key);
		if (feature(NAT))
			translate(pkt, change);
	}
	rewrite_macs(pkt->eth, change->target);
	return done;
}

/* Decides and rewrites; *key is the backend of a forwarded packet. */
static __always_inline enum lb_reason process(struct xdp_md *ctx, __u32 *key)
{
	struct cursor c = {
		.pos = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};
	struct lb_service *service;
	struct change change;
	enum lb_reason reason;
	struct packet pkt;

	reason = parse_packet(&c, &pkt);
	if (reason != LB_PARSED)
		return feature(STRICT) ? strict_reason(ctx, reason, key) : reason;
	service = find_service(&pkt, key);
	if (feature(ECHO) && pkt.kind == KIND_ECHO) {
		if (!service || !(service->flags & LB_SERVICE_ECHO))
			return LB_REASON_ICMP;
		answer_echo(&pkt);
		return LB_REASON_ECHOED;
	}
	if (service)
		reason = decide_forward(ctx, &pkt, service, &change, key);
	else
		reason = decide_reply(&pkt, &change, key);
	if (reason < LB_REASON_FIRST_TX)
		return reason;
	reason = apply(ctx, &pkt, &change, key);
	if (pkt.kind == KIND_ERROR && reason >= LB_REASON_REPLIED)
		return LB_REASON_ICMP_ERROR;
	return reason;
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
static __always_inline int conclude(enum lb_reason reason, __u32 *key,
				    __u64 length)
{
	struct lb_counter *counter;

	/*
	 * The barrier keeps clang from merging the two calls: one call with
	 * either map cannot be inlined by the kernel and costs 15 ns.
	 */
	if (reason == LB_REASON_FORWARDED) {
		counter = bpf_map_lookup_elem(&backend_stats, key);
		asm volatile("");
	} else {
		*key = reason;
		counter = bpf_map_lookup_elem(&reason_stats, key);
	}
	if (counter) {
		__sync_fetch_and_add(&counter->packets, 1);
		__sync_fetch_and_add(&counter->bytes, length);
	}
	return reason_action(reason);
}

static __always_inline int pipeline(struct xdp_md *ctx)
{
	/* As it arrived: tunnels make it longer. */
	__u64 length = (void *)(long)ctx->data_end - (void *)(long)ctx->data;
	/* Of every ARRAY look-up: the card's stack is cheap in few words only. */
	__u32 key = LB_NO_BACKEND;
	enum lb_reason reason = process(ctx, &key);

	return conclude(reason, &key, length);
}

/* The pure program: the only one a card ever sees. */
SEC("xdp")
int udplb(struct xdp_md *ctx)
{
	return pipeline(ctx);
}

/* The same pipeline, its duration sampled: host modes, when asked for. */
SEC("xdp")
int udplb_timed(struct xdp_md *ctx)
{
	__u64 start = latency_start();
	int action = pipeline(ctx);

	if (start)
		latency_record(start);
	return action;
}

char LICENSE[] SEC("license") = "GPL";
