/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused map-word
 * Read on one path, counted on another. */
#include "corpus.h"

MAP(table, ARRAY, __u32, struct counter, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 key = 0;
	struct counter *c = bpf_map_lookup_elem(&table, &key);

	if (!c)
		return XDP_PASS;
	if (p->w[0] == 1)
		return c->bytes == 5 ? XDP_TX : XDP_DROP;
	__atomic_fetch_add(&c->bytes, 1, __ATOMIC_RELAXED);
	return XDP_DROP;
}
