/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: hint helper
 * An event to user space. */
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

	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, data,
			      sizeof(data));
	return XDP_PASS;
}
