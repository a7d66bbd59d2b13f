/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * caps: rich
 * An update to zero of what is counted. */
#include "corpus.h"

MAP(table, HASH, __u32, __u64, 16);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 key = p->w[0];
	__u64 zero = 0, *c = bpf_map_lookup_elem(&table, &key);

	if (c)
		__atomic_fetch_add(c, 1, __ATOMIC_RELAXED);
	else
		bpf_map_update_elem(&table, &key, &zero, BPF_ANY);
	return XDP_PASS;
}
