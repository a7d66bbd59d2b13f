/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: cannot decide key
 * A key whose padding was never written. */
#include "corpus.h"

struct key {
	__u32 a;
	__u16 b;
};

MAP(table, HASH, struct key, __u32, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	struct key key;

	key.a = 1;
	key.b = 2;
	return bpf_map_lookup_elem(&table, &key) ? XDP_PASS : XDP_DROP;
}
