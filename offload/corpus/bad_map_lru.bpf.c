/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused map-type
 * An LRU map. */
#include "corpus.h"

MAP(table, LRU_HASH, __u32, __u64, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&table, &key) ? XDP_PASS : XDP_DROP;
}
