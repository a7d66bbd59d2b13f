/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused function,helper
 * bpf_loop() with a callback. */
#include "corpus.h"

static long step(__u32 i, void *arg)
{
	return i + (arg ? 1 : 0);
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	bpf_loop(3, step, &(long){ 0 }, 0);
	return XDP_PASS;
}
