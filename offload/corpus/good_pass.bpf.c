/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * The shortest program. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return XDP_PASS;
}
