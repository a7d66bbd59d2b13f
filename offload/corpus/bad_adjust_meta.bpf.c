/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused helper
 * Metadata in front of the packet. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_meta(ctx, -4) ? XDP_DROP : XDP_PASS;
}
