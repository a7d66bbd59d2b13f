/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused pointer
 * A look-up not compared with NULL. */
#include "corpus.h"

MAP(table, ARRAY, __u32, __u32, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0, *v = bpf_map_lookup_elem(&table, &key);

	return *v ? XDP_DROP : XDP_PASS;
}
