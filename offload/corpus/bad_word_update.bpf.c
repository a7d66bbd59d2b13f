/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused map-word
 * caps: rich
 * A counter that an update starts at one. */
#include "corpus.h"

MAP(table, HASH, __u32, __u64, 16);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 key = p->w[0];
	__u64 one = 1, *c = bpf_map_lookup_elem(&table, &key);

	if (c)
		__atomic_fetch_add(c, 1, __ATOMIC_RELAXED);
	else
		bpf_map_update_elem(&table, &key, &one, BPF_ANY);
	return XDP_PASS;
}
