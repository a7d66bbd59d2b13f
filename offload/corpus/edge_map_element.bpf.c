/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * Key and value rounded: 8 + 56 bytes, just what fits. */
#include "corpus.h"

struct most {
	__u32 w[14];
};

MAP(table, ARRAY, __u32, struct most, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&table, &key) ? XDP_PASS : XDP_DROP;
}
