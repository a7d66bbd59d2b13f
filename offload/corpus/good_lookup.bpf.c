/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * A hash map with a key on the stack, words read. */
#include "corpus.h"

struct two {
	__u32 w[2];
};

MAP(table, HASH, __u64, struct two, 16);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u64 key = p->w[7];
	struct two *v = bpf_map_lookup_elem(&table, &key);

	if (!v)
		return XDP_PASS;
	return v->w[1] > 7 ? XDP_TX : XDP_DROP;
}
