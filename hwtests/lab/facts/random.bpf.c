// SPDX-License-Identifier: GPL-2.0-only
/* Four random numbers, which are not all the same: a byte tells. */
#include "fact.h"

SEC("xdp")
int fact(struct xdp_md *ctx)
{
	__u8 *data = packet_of(ctx);
	__u32 first, differ = 0;

	if (!data)
		return XDP_PASS;
	first = bpf_get_prandom_u32();
	differ |= bpf_get_prandom_u32() ^ first;
	differ |= bpf_get_prandom_u32() ^ first;
	differ |= bpf_get_prandom_u32() ^ first;
	data[32] = differ != 0;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
