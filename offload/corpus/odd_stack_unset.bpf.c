/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: cannot decide stack
 * Reads what was never written. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 x;

	asm volatile("%0 = *(u32 *)(r10 - 8)" : "=r"(x));
	return x ? XDP_PASS : XDP_DROP;
}
