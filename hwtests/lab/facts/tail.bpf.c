// SPDX-License-Identifier: GPL-2.0-only
/* 30 bytes off the end, in pieces; then more than the header leaves. */
#include "fact.h"

SEC("xdp")
int fact(struct xdp_md *ctx)
{
	if (bpf_xdp_adjust_tail(ctx, -1) || bpf_xdp_adjust_tail(ctx, -2) ||
	    bpf_xdp_adjust_tail(ctx, -3) || bpf_xdp_adjust_tail(ctx, -4) ||
	    bpf_xdp_adjust_tail(ctx, -5) || bpf_xdp_adjust_tail(ctx, -15))
		return XDP_ABORTED;
	return bpf_xdp_adjust_tail(ctx, -1400) ? XDP_PASS : XDP_ABORTED;
}

char LICENSE[] SEC("license") = "GPL";
