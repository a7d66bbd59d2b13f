/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: fine
 * The second half of a 64-bit constant looks like an instruction that sets R0. */
#include "corpus.h"

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	PACKET(ctx, struct words, p);
	__u64 number = p->w[0], action = XDP_TX;

	asm volatile("r0 = %[action]\n"
		     "if %[number] == 5 goto +1\n"
		     "%[number] += 1\n"
		     "r3 = 0x123456789 ll\n"
		     "if r3 > %[number] goto +1\n"
		     "r0 = 1\n"
		     "%[action] = r0\n"
		     : [action] "+r"(action), [number] "+r"(number)
		     :
		     : "r0", "r3");
	return action & 3;
}
