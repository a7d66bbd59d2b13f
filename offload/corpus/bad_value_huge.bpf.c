/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused map-size
 * A value that no card has, and too large to be followed word by word. */
#include "corpus.h"

struct huge {
	__u64 words[1 << 21];
};

MAP(table, ARRAY, __u32, struct huge, 1);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct huge *v = bpf_map_lookup_elem(&table, &key);

	return v && v->words[0] ? XDP_DROP : XDP_PASS;
}
