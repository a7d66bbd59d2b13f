/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused map-value
 * A variable offset into a value. */
#include "corpus.h"

struct some {
	__u32 w[8];
};

MAP(table, ARRAY, __u32, struct some, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 key = 0;
	struct some *v = bpf_map_lookup_elem(&table, &key);

	if (!v)
		return XDP_PASS;
	return v->w[p->w[0] & 7] ? XDP_DROP : XDP_PASS;
}
