/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused multiply
 * A random number, which is not known to fit 32 bits. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u64 x = ((__u64(*)(void))7)();

	asm volatile("%0 *= 5" : "+r"(x));
	return x & 0x80 ? XDP_PASS : XDP_DROP;
}
