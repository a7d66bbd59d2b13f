// SPDX-License-Identifier: GPL-2.0-only
/* Reads and writes at an offset that the packet names: B, of 11 bits. */
#include "fact.h"

SEC("xdp")
int fact(struct xdp_md *ctx)
{
	__u8 *end = (void *)(long)ctx->data_end, *data = packet_of(ctx), *at;

	if (!data)
		return XDP_PASS;
	at = data + (*(__u32 *)(data + 24) & 0x7ff);
	if (at + 32 > end)
		return XDP_DROP;
	*(__u32 *)(data + 32) = *(__u32 *)at;
	data[36] = at[5];
	*(__u16 *)(at + 8) = *(__u16 *)(data + 16);
	*(__u64 *)(at + 16) = *(__u64 *)(data + 16);
	return at[0] == 1 ? XDP_PASS : XDP_TX;
}

char LICENSE[] SEC("license") = "GPL";
