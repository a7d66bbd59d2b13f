// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls: what the caller keeps in registers and on its stack survives them, two
 * deep, with a helper in the inner one.
 */
#include "fact.h"

static __attribute__((noinline)) __u64 inner(__u64 a, __u64 b)
{
	volatile __u64 kept[2] = { b, a };

	return bpf_get_prandom_u32() == 0xdeadbeef ? 0 : kept[0] - kept[1];
}

static __attribute__((noinline)) __u64 outer(__u64 a, __u64 b, __u64 c)
{
	volatile __u64 kept[3] = { c, a, b };
	__u64 sum = inner(a, b) ^ inner(b, c);

	return sum + kept[0] + kept[1] + kept[2];
}

SEC("xdp")
int fact(struct xdp_md *ctx)
{
	__u8 *data = packet_of(ctx);
	volatile __u64 kept[2];
	__u64 a, b;

	if (!data)
		return XDP_PASS;
	a = *(__u64 *)(data + 16);
	b = *(__u64 *)(data + 24);
	kept[0] = a;
	kept[1] = b;
	*(__u64 *)(data + 32) = outer(a, b, a ^ b);
	*(__u64 *)(data + 40) = outer(b, a, a);
	*(__u64 *)(data + 48) = kept[0];
	*(__u64 *)(data + 56) = kept[1];
	*(__u64 *)(data + 64) = a + b;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
