/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * Byte swaps of 16, 32 and 64 bits. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct counter, p);
	__u64 x = bpf_be64_to_cpu(p->packets);

	x += bpf_ntohl(p->bytes) + bpf_ntohs(p->bytes);
	return x > 5 ? XDP_PASS : XDP_DROP;
}
