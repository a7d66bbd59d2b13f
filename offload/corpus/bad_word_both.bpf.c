/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused map-word
 * A word that is read and counted. */
#include "corpus.h"

MAP(table, ARRAY, __u32, __u64, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u64 *v = bpf_map_lookup_elem(&table, &key);

	if (!v || *v > 100)
		return XDP_PASS;
	__atomic_fetch_add(v, 1, __ATOMIC_RELAXED);
	return XDP_DROP;
}
