/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused action
 * XDP_REDIRECT: loads, but the card drops the packet. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return XDP_REDIRECT;
}
