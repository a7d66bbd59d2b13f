// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least that a one-armed balancer must do: send the frame back where it
 * came from.  What is left after subtracting it is the balancer's own.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

struct macs {
	__u16 to[3];
	__u16 from[3];
};

SEC("xdp")
int bounce(struct xdp_md *ctx)
{
	struct macs *macs = (void *)(long)ctx->data;
	__u16 word;

	if ((void *)(macs + 1) > (void *)(long)ctx->data_end)
		return XDP_PASS;
#pragma unroll
	for (int i = 0; i < 3; i++) {
		word = macs->to[i];
		macs->to[i] = macs->from[i];
		macs->from[i] = word;
	}
	return XDP_TX;
}

char LICENSE[] SEC("license") = "GPL";
