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
#include "parse.h"
#include "select.h"
#include "rewrite.h"
#include "latency.h"

/* The VIP's own entry for this port, or the one for all its ports. */
static __always_inline struct lb_service *find_service(const struct packet *pkt)
{
	struct lb_endpoint4 key = {
		.address = pkt->ip->daddr,
		.port = pkt->udp->dest,
	};
	struct lb_service *service = bpf_map_lookup_elem(&services4, &key);

	if (service)
		return service;
	key.port = 0;
	return bpf_map_lookup_elem(&services4, &key);
}

static __always_inline struct lb_target *find_reply(const struct packet *pkt)
{
	struct lb_endpoint4 key = {
		.address = pkt->ip->saddr,
		.port = pkt->udp->source,
	};
	struct lb_target *reply = bpf_map_lookup_elem(&replies4, &key);

	if (reply)
		return reply;
	key.port = 0;
	return bpf_map_lookup_elem(&replies4, &key);
}

/* Sets *index and returns the backend that owns the packet's slot. */
static __always_inline struct lb_target *
find_backend(const struct packet *pkt, const struct lb_service *service,
	     __u32 *index)
{
	__u32 slot = select_slot(pkt, service);
	__u32 *owner = bpf_map_lookup_elem(&ring, &slot);

	if (!owner)
		return NULL;
	*index = *owner;
	if (*index == LB_NO_BACKEND)
		return NULL;
	return bpf_map_lookup_elem(&backends, index);
}

static __always_inline enum lb_reason
decide_forward(const struct packet *pkt, const struct lb_service *service,
	       struct change *change, __u32 *index)
{
	__u8 forward = service->forward;
	struct lb_target *backend = find_backend(pkt, service, index);

	if (!backend)
		return LB_REASON_NO_BACKEND;
	change->target = backend;
	if (forward == LB_FORWARD_DSR)
		return LB_REASON_FORWARDED;
	change->address = &pkt->ip->daddr;
	change->port = &pkt->udp->dest;
	if (forward == LB_FORWARD_SNAT)
		change->new_source = pkt->ip->daddr;
	return LB_REASON_FORWARDED;
}

/* A backend's answer becomes the VIP's, without any memory of the question. */
static __always_inline enum lb_reason decide_reply(const struct packet *pkt,
						   struct change *change)
{
	struct lb_target *reply = find_reply(pkt);

	if (!reply)
		return LB_REASON_NO_SERVICE;
	change->target = reply;
	if (!(*(__u32 *)reply->mac | *(__u16 *)(reply->mac + 4)))
		return LB_REASON_NO_GATEWAY;
	change->address = &pkt->ip->saddr;
	change->port = &pkt->udp->source;
	return LB_REASON_REPLIED;
}

/* Decides and rewrites; *index is the backend of a forwarded packet. */
static __always_inline enum lb_reason process(struct xdp_md *ctx, __u32 *index)
{
	struct cursor c = {
		.pos = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};
	struct change change = {};
	struct packet pkt;
	struct lb_service *service;
	enum lb_reason reason;

	reason = parse_packet(&c, &pkt);
	if (reason != LB_PARSED)
		return reason;
	service = find_service(&pkt);
	if (service)
		reason = decide_forward(&pkt, service, &change, index);
	else
		reason = decide_reply(&pkt, &change);
	if (reason < LB_REASON_FIRST_TX)
		return reason;
	if (change.address) {
		if (pkt.ip->ttl <= 1)
			return LB_REASON_TTL_EXPIRED;
		rewrite_l3(&pkt, &change);
	}
	rewrite_macs(pkt.eth, change.target);
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
static __always_inline int conclude(struct xdp_md *ctx, enum lb_reason reason,
				    __u32 index)
{
	struct lb_counter *counter;
	__u32 key = reason;

	/*
	 * Keys of their own keep clang from merging the two calls: one call with
	 * either map cannot be inlined by the kernel and costs 15 ns.
	 */
	if (reason == LB_REASON_FORWARDED)
		counter = bpf_map_lookup_elem(&backend_stats, &index);
	else
		counter = bpf_map_lookup_elem(&reason_stats, &key);
	if (counter) {
		__sync_fetch_and_add(&counter->packets, 1);
		__sync_fetch_and_add(&counter->bytes,
				     ctx->data_end - ctx->data);
	}
	return reason_action(reason);
}

static __always_inline int pipeline(struct xdp_md *ctx)
{
	__u32 index = LB_NO_BACKEND;
	enum lb_reason reason = process(ctx, &index);

	return conclude(ctx, reason, index);
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
