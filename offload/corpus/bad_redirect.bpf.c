/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused helper
 * bpf_redirect(). */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	return bpf_redirect(3, 0);
}
