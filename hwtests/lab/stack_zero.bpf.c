// SPDX-License-Identifier: GPL-2.0-only
/*
 * A map whose values hold a counter may be updated, on a card, only with a zero
 * in the counter's place.  This is one, and the driver of Linux 6.8 and later
 * does not see it; docs/nfp-report.txt explains.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct value {
	__u64 packets;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct value);
} counters SEC(".maps");

SEC("xdp")
int defect(struct xdp_md *ctx)
{
	struct value zero = {}, *found;
	__u32 key = 0;

	found = bpf_map_lookup_elem(&counters, &key);
	if (found)
		__sync_fetch_and_add(&found->packets, 1);
	else
		bpf_map_update_elem(&counters, &key, &zero, BPF_ANY);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
