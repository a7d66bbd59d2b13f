/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused helper
 * An update: firmware 2.0.6.124 offers none to programs. */
#include "corpus.h"

MAP(table, HASH, __u32, __u32, 16);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 key = p->w[0] & 7, value = p->w[1];

	bpf_map_update_elem(&table, &key, &value, BPF_ANY);
	return XDP_PASS;
}
