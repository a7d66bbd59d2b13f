/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused atomic
 * An atomic comparison and exchange. */
#include "corpus.h"

MAP(table, ARRAY, __u32, __u64, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u64 *v = bpf_map_lookup_elem(&table, &key);

	if (!v)
		return XDP_PASS;
	return __sync_val_compare_and_swap(v, 4, 5) & 1 ? XDP_PASS : XDP_DROP;
}
