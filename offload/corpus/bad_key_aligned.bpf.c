/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused key
 * A key at an odd place of the stack. */
#include "corpus.h"

MAP(table, HASH, __u32, __u32, 4);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	struct {
		__u8 pad;
		__u32 key;
	} __attribute__((packed)) s = { 1, 2 };

	asm volatile("" : : "r"(&s) : "memory");
	return bpf_map_lookup_elem(&table, &s.key) ? XDP_PASS : XDP_DROP;
}
