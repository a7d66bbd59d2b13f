/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused helper
 * The card has no CPUs. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return bpf_get_smp_processor_id() ? XDP_PASS : XDP_DROP;
}
