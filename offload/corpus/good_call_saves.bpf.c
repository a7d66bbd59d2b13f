/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * A function that saves registers, called twice. */
#include "corpus.h"

MAP(table, ARRAY, __u32, __u32, 8);

static __attribute__((noinline)) __u32 get(__u32 key)
{
	__u32 *first = bpf_map_lookup_elem(&table, &key), value;

	if (!first)
		return key;
	value = *first;
	key ^= 1;
	first = bpf_map_lookup_elem(&table, &key);
	return first ? *first + value : value;
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 a = get(p->w[0]), b = get(p->w[1] & 3);

	return a + b > 9 ? XDP_PASS : XDP_DROP;
}
