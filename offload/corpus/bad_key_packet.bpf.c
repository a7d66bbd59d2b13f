/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused key
 * A key that lies in the packet. */
#include "corpus.h"

MAP(table, HASH, __u32, __u32, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	return bpf_map_lookup_elem(&table, &p->w[3]) ? XDP_PASS : XDP_DROP;
}
