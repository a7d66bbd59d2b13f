/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused multiply
 * A product of a swapped number. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u64 x = bpf_ntohl(p->w[3]);

	asm volatile("%0 *= 5" : "+r"(x));
	return x & 0x80 ? XDP_PASS : XDP_DROP;
}
