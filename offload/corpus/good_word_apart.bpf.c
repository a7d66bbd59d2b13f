/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * One map: the first word is read, the second counted. */
#include "corpus.h"

struct mixed {
	__u32 action;
	__u32 counter;
};

MAP(table, ARRAY, __u32, struct mixed, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0;
	struct mixed *m = bpf_map_lookup_elem(&table, &key);

	if (!m)
		return XDP_PASS;
	__atomic_fetch_add(&m->counter, 1, __ATOMIC_RELAXED);
	return m->action & 1 ? XDP_PASS : XDP_DROP;
}
