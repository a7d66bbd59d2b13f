/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused helper
 * An event to a given CPU. */
#include "corpus.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} events SEC(".maps");

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 data[2] = { 1, 2 };

	bpf_perf_event_output(ctx, &events, 0, data, sizeof(data));
	return XDP_PASS;
}
