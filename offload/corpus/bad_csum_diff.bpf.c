/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused helper
 * bpf_csum_diff(). */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__be32 a = 1, b = 2;

	return bpf_csum_diff(&a, 4, &b, 4, 0) & 1 ? XDP_PASS : XDP_DROP;
}
