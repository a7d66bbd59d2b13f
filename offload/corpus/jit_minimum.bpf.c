/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: hint jit
 * A comparison with -2^31. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u64 x = *(__u64 *)&p->w[0];

	asm goto("if %0 s< -0x80000000 goto %l[low]" : : "r"(x) : : low);
	return XDP_PASS;
low:
	return XDP_DROP;
}
