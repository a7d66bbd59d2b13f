/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused context
 * Reads ingress_ifindex. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return ctx->ingress_ifindex == 3 ? XDP_PASS : XDP_DROP;
}
