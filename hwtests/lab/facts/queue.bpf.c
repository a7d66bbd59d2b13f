// SPDX-License-Identifier: GPL-2.0-only
/* The queue that a packet is to be received on: A.  Hosts do not take this. */
#include "fact.h"

SEC("xdp")
int fact(struct xdp_md *ctx)
{
	__u8 *data = packet_of(ctx);

	if (!data)
		return XDP_PASS;
	ctx->rx_queue_index = *(__u32 *)(data + 16);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
