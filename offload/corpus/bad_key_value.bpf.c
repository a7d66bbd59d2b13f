/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused key
 * A key that lies in another map's value. */
#include "corpus.h"

MAP(table, HASH, __u32, __u32, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0, *v = bpf_map_lookup_elem(&table, &key);

	if (!v)
		return XDP_PASS;
	return bpf_map_lookup_elem(&table, v) ? XDP_PASS : XDP_DROP;
}
