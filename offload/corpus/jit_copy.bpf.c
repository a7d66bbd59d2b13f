/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: hint jit
 * The last value of a run of copies is used. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u32 x;

	asm volatile("%0 = *(u32 *)(%1 + 0)\n\t"
		     "*(u32 *)(%1 + 32) = %0\n\t"
		     "%0 = *(u32 *)(%1 + 4)\n\t"
		     "*(u32 *)(%1 + 36) = %0"
		     : "=&r"(x) : "r"(p) : "memory");
	return x == 4 ? XDP_PASS : XDP_DROP;
}
