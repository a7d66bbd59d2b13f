/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A later fragment has no ports, so it goes where its first one went: what that
 * came to is remembered for a while, in either direction.  One that comes
 * before its first one, or without it, may as well be the host's own, and is
 * passed.  On the host only, and only what is a fragment gets here.
 */
#ifndef LB_FRAGMENTS_H
#define LB_FRAGMENTS_H

#include "parse.h"
#include "rewrite.h"

/* A fragment of which nothing is known but its addresses. */
static __always_inline _Bool goes_by_address(const struct packet *pkt)
{
	if (feature(FOLLOW))
		return pkt->kind == KIND_LATER;
	return feature(FRAGMENTS) && is_fragment(pkt);
}

static __always_inline void set_fragment_key(struct lb_fragment *key,
					     const struct packet *pkt)
{
	set_address(key->source, pkt, pkt->source, source4(pkt));
	set_address(key->destination, pkt, destination(pkt), destination4(pkt));
	key->id = pkt->fragment;
	key->ipv6 = pkt->ipv6;
}

/* count: LB_COUNT_FRAGMENTS_...; *index stays as it is. */
static __always_inline void count_fragment(__u32 count, union lb_index *index)
{
	const __u32 backend = index->backend;
	struct lb_counter *counter;

	index->reason = count;
	counter = bpf_map_lookup_elem(&reason_stats, &index->reason);
	if (counter)
		__atomic_fetch_add(&counter->packets, 1, __ATOMIC_RELAXED);
	index->backend = backend;
}

/* The backend that it is counted for; see struct lb_fragment_first. */
static __always_inline void set_backend(union lb_index *index,
					const struct lb_fragment_first *first)
{
	const struct lb_target *backend;

	index->backend = first->backend;
	backend = bpf_map_lookup_elem(&backends, &index->backend);
	if (!backend || !same_address6(backend->address, first->target.address))
		index->backend = LB_NO_BACKEND;
}

/* What its first one came to; LB_REASON_FRAGMENT: that is not known. */
static __always_inline enum lb_reason follow_first(const struct packet *pkt,
						   struct change *change,
						   union lb_index *index)
{
	struct lb_fragment_first *first;
	struct lb_fragment key;

	set_fragment_key(&key, pkt);
	first = bpf_map_lookup_elem(&fragments, &key);
	if (!first || bpf_ktime_get_ns() - first->time > LB_FRAGMENT_NS)
		return LB_REASON_FRAGMENT;
	count_fragment(LB_COUNT_FRAGMENTS_FOLLOWED, index);
	set_backend(index, first);
	change->target = &first->target;
	change->forward = first->forward;
	return first->reason;
}

/*
 * reason: what the first one has come to, whatever else may happen to it.  An
 * id may be in use again (RFC 4963): what was known of it is overwritten, or
 * forgotten where the datagram is not ours.
 */
static __always_inline void remember_first(const struct packet *pkt,
					   const struct change *change,
					   enum lb_reason reason,
					   union lb_index *index)
{
	struct lb_fragment_first first = {
		.backend = index->backend,
		.reason = reason,
	};
	struct lb_fragment key;

	set_fragment_key(&key, pkt);
	if (reason < LB_REASON_FIRST_DROP) {
		if (bpf_map_lookup_elem(&fragments, &key))
			bpf_map_delete_elem(&fragments, &key);
		return;
	}
	if (reason >= LB_REASON_FIRST_TX) {
		first.forward = change->forward;
		first.target = *change->target;
	}
	first.time = bpf_ktime_get_ns();
	if (!bpf_map_update_elem(&fragments, &key, &first, BPF_ANY))
		count_fragment(LB_COUNT_FRAGMENTS_FIRST, index);
}

#endif
