/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flows that stay where they are while the ring changes.  A flow is remembered
 * with its first packet; the daemon, which has a clock, forgets it.
 */
#ifndef LB_STICKY_H
#define LB_STICKY_H

#include "packet.h"

/* Those of balance: source are clients, and their fragments. */
static __always_inline void set_flow(struct lb_flow *flow,
				     const struct packet *pkt,
				     const struct found *found)
{
	set_address(flow->address, pkt, pkt->source, source4(pkt));
	flow->ports =
		lb_balance(shape(found)) == LB_BALANCE_SOURCE ? 0 : ports(pkt);
	flow->service = found->service->sticky;
}

/*
 * Where the flow is, if it may stay there, and in *index that backend's index;
 * else NULL.  An error follows its flow, but says nothing about its being in
 * use.
 */
static __always_inline struct lb_target *find_flow(const struct packet *pkt,
						   const struct lb_flow *flow,
						   union lb_index *index)
{
	struct lb_flow_state *state = bpf_map_lookup_elem(&flows, flow);
	struct lb_target *target;

	if (!state)
		return NULL;
	index->backend = state->backend;
	target = bpf_map_lookup_elem(&backends, &index->backend);
	if (!target || target->sticky != flow->service)
		return NULL;
	if (pkt->kind != KIND_ERROR)
		__atomic_fetch_add(&state->packets, 1, __ATOMIC_RELAXED);
	return target;
}

/* The card takes no other number of packets than zero.  Overwrites *index. */
static __always_inline void keep_flow(const struct packet *pkt,
				      const struct lb_flow *flow, __u32 backend,
				      union lb_index *index)
{
	struct lb_flow_state state = { .backend = backend };
	struct lb_counter *counter;

	if (pkt->kind == KIND_ERROR ||
	    !bpf_map_update_elem(&flows, flow, &state, BPF_ANY))
		return;
	index->reason = LB_COUNT_FLOWS_FULL;
	counter = bpf_map_lookup_elem(&reason_stats, &index->reason);
	if (counter)
		__atomic_fetch_add(&counter->packets, 1, __ATOMIC_RELAXED);
}

#endif
