/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused helper
 * The card has no clock. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return bpf_ktime_get_ns() & 1 ? XDP_PASS : XDP_DROP;
}
