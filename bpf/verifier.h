/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's verifier walks what follows once for every state that it cannot
 * tell to be no other than one it has seen: where the headers are, after which
 * tags and extension headers, is such a difference, and nothing behind the
 * parser needs it.  So the parser makes it forget.  It is the host's program
 * that is long enough to need this; a card has every instruction to pay for.
 */
#ifndef LB_VERIFIER_H
#define LB_VERIFIER_H

#include "packet.h"

/*
 * at, which is at most mask bytes behind base: all that is known of it after
 * this.  It has to be compared with the frame's end again.
 */
static __always_inline void *lb_forget(void *base, void *at, __u64 mask)
{
	__u64 offset;

	if (LB_VARIANT != LB_VARIANT_all)
		return at;
	/* Else clang makes constants of it again, one for each way here. */
	asm volatile("" : "+r"(at));
	offset = at - base;
	return base + (offset & mask);
}

/*
 * All frames are known to be as long as their Ethernet and IPv4 headers, which
 * they are, however many tags were read; false never.  And what was found out
 * is a number from here on: clang else asks again for what it came from, of
 * which the verifier may have forgotten that it was asked.
 */
static __always_inline _Bool lb_settle(struct packet *pkt, const void *end)
{
	__u32 ipv6 = pkt->ipv6, kind = pkt->kind;

	if (LB_VARIANT != LB_VARIANT_all)
		return 1;
	asm volatile("" : "+r"(ipv6), "+r"(kind));
	pkt->ipv6 = ipv6;
	pkt->kind = kind;
	return (void *)(pkt->eth + 1) + sizeof(*pkt->ip) <= end;
}

#endif
