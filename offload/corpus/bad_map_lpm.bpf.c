/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused map-type
 * A longest-prefix match. */
#include "corpus.h"

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 4);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, 8);
	__uint(value_size, 4);
} table SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	struct {
		__u32 bits;
		__u32 address;
	} key = { 32, 1 };

	return bpf_map_lookup_elem(&table, &key) ? XDP_PASS : XDP_DROP;
}
