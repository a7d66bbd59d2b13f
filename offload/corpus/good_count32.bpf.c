/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * Atomic additions of 32 bits. */
#include "corpus.h"

MAP(counters, ARRAY, __u32, __u32, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 1;
	__u32 *c = bpf_map_lookup_elem(&counters, &key);

	if (c)
		__atomic_fetch_add(c, 3, __ATOMIC_RELAXED);
	return XDP_PASS;
}
