/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * Atomic additions to a map of counters. */
#include "corpus.h"

MAP(counters, ARRAY, __u32, struct counter, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct counter *c = bpf_map_lookup_elem(&counters, &key);

	if (c) {
		__atomic_fetch_add(&c->packets, 1, __ATOMIC_RELAXED);
		__atomic_fetch_add(&c->bytes, ctx->data_end - ctx->data, __ATOMIC_RELAXED);
	}
	return XDP_PASS;
}
