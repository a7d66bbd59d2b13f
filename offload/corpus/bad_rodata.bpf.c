/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused global
 * A constant that user space sets. */
#include "corpus.h"

const volatile __u32 limit = 4;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return limit ? XDP_PASS : XDP_DROP;
}
