/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused atomic
 * An atomic addition to the stack. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	volatile __u64 n = 0;

	__atomic_fetch_add(&n, 1, __ATOMIC_RELAXED);
	return n ? XDP_PASS : XDP_DROP;
}
