// SPDX-License-Identifier: GPL-2.0-only
/*
 * A function stores a byte where its caller's pointer says, further down the
 * caller's stack than its own is deep: the offset becomes negative, so does its
 * remainder by 4, and the mask of bytes to store is shifted out.
 */
#include "defect.h"

static __attribute__((noinline)) int store(__u8 *to, int value)
{
	int action = XDP_PASS;

	to[0] = (__u8)value;
	__asm__ volatile("" : "+r"(action));
	return action;
}

SEC("xdp")
int defect(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data,
	     *end = (void *)(long)ctx->data_end;
	volatile __u32 words[4];
	__u8 *bytes = (__u8 *)words;
	int action;

	if (data + 64 > end)
		return XDP_PASS;
	words[0] = 0x04030201;
	action = store(bytes + 3, data[0]);
	*(__u32 *)(data + 8) = words[0];
	return action;
}

char LICENSE[] SEC("license") = "GPL";
