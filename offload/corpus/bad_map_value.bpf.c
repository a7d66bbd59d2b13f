/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused map-size
 * A value of 68 bytes. */
#include "corpus.h"

struct big {
	__u32 w[17];
};

MAP(table, ARRAY, __u32, struct big, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&table, &key) ? XDP_PASS : XDP_DROP;
}
