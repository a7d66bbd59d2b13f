/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused map-budget
 * Two maps that fit each, but not together. */
#include "corpus.h"

MAP(first, ARRAY, __u32, __u32, 1600000);
MAP(second, ARRAY, __u32, __u32, 1600000);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;

	if (bpf_map_lookup_elem(&first, &key))
		return XDP_DROP;
	return bpf_map_lookup_elem(&second, &key) ? XDP_PASS : XDP_TX;
}
