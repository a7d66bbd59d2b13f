/* SPDX-License-Identifier: GPL-2.0-only */
/* The smallest programs that show one property of a NIC each; no maps. */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#define FAR 1800 /* beyond a usual MTU, within a jumbo frame */

SEC("xdp")
int pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

/* Looks further into a packet than a card may have at hand. */
SEC("xdp")
int far(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;
	__u8 *end = (void *)(long)ctx->data_end;

	if (data + FAR > end)
		return XDP_PASS;
	return data[FAR - 1] ? XDP_DROP : XDP_PASS;
}

/* Wants more stack than its card has: clang keeps every word of it. */
SEC("xdp")
int deep(struct xdp_md *ctx)
{
	volatile __u64 words[40];

	for (int i = 0; i < 40; i++)
		words[i] = i;
	return words[39] ? XDP_PASS : XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
