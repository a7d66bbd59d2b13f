/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused program
 * A program for fragmented frames. */
#include "corpus.h"

SEC("xdp.frags")
int prog(struct xdp_md *ctx)
{
	return ctx->data ? XDP_PASS : XDP_DROP;
}
