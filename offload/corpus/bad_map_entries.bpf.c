/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused map-budget
 * One entry more than the card has in all. */
#include "corpus.h"

MAP(table, ARRAY, __u32, __u32, 3072001);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&table, &key) ? XDP_PASS : XDP_DROP;
}
