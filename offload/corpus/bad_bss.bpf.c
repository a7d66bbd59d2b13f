/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused global
 * A global variable. */
#include "corpus.h"

__u32 seen;

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return seen++ & 1 ? XDP_PASS : XDP_DROP;
}
