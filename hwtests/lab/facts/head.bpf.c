// SPDX-License-Identifier: GPL-2.0-only
/*
 * adjust_head as A says, in every way that it can be called more than once: the
 * JIT checks each call where there are several.  0: by 0; 1: there and back; 2:
 * 84 in front; 3: 46 away; 4: 112 away, then by 0; 5: more than there is.
 */
#include "fact.h"

#define FAILED(ctx, by) bpf_xdp_adjust_head(ctx, by)

/* What nobody has written there yet. */
static __always_inline int clear(struct xdp_md *ctx)
{
	__u8 *data = packet_of(ctx);

	if (!data)
		return XDP_ABORTED;
	__builtin_memset(data, 0, 84);
	return XDP_TX;
}

SEC("xdp")
int fact(struct xdp_md *ctx)
{
	__u8 *data = packet_of(ctx);

	if (!data)
		return XDP_PASS;
	switch (data[16]) {
	case 0:
		return FAILED(ctx, 0) ? XDP_ABORTED : XDP_PASS;
	case 1:
		return FAILED(ctx, 16) || FAILED(ctx, -16) ? XDP_ABORTED
							   : XDP_PASS;
	case 2:
		return FAILED(ctx, -84) ? XDP_ABORTED : clear(ctx);
	case 3:
		return FAILED(ctx, 46) ? XDP_ABORTED : XDP_PASS;
	case 4:
		return FAILED(ctx, 112) || FAILED(ctx, 0) ? XDP_ABORTED
							  : XDP_PASS;
	default:
		return FAILED(ctx, -289) ? XDP_ABORTED : XDP_TX;
	}
}

char LICENSE[] SEC("license") = "GPL";
