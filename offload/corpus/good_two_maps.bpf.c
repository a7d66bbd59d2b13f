/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * What is read and what is counted lie in two maps. */
#include "corpus.h"

MAP(limits, ARRAY, __u32, __u32, 4);
MAP(counters, ARRAY, __u32, struct counter, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0, *limit = bpf_map_lookup_elem(&limits, &key);
	struct counter *c;

	if (!limit)
		return XDP_PASS;
	key = *limit;
	c = bpf_map_lookup_elem(&counters, &key);
	if (c)
		__atomic_fetch_add(&c->packets, 1, __ATOMIC_RELAXED);
	return XDP_DROP;
}
