/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ICMP errors of our own: a packet that goes no further becomes what tells its
 * sender, with the beginning of it behind (RFC 792, RFC 4443).
 */
#ifndef LB_ICMP_ERROR_H
#define LB_ICMP_ERROR_H

#include "tunnel.h"

#define LB_QUOTE4 (sizeof(struct iphdr) + sizeof(struct udphdr))
#define LB_QUOTE6 (sizeof(struct lb_ipv6) + sizeof(struct udphdr))
/* With a fragment header: Linux heeds only what shows it the one behind that.
 */
#define LB_QUOTE6_MAX (LB_QUOTE6 + sizeof(struct lb_extension))

struct icmp_error4 {
	struct iphdr ip;
	struct lb_icmp icmp;
	__be32 quote[LB_QUOTE4 / 4];
};

struct icmp_error6 {
	struct lb_ipv6 ip;
	struct lb_icmp icmp;
	__be32 quote[LB_QUOTE6 / 4]; /* at least */
};

/* What to write, but for the packet that it is about. */
struct icmp_error {
	_Bool ipv6;
	__u32 quote; /* bytes of it: one of the above */
	__be32 type; /* and code: the message's first word */
	__be32 rest; /* of its header */
	/* Whom it is from; NULL: whom the packet was for. */
	const __be32 *from;
};

static __always_inline __u32 icmp_error_headers(_Bool ipv6)
{
	return (ipv6 ? sizeof(struct lb_ipv6) : sizeof(struct iphdr)) +
	       sizeof(struct lb_icmp);
}

static __always_inline __u64 csum_quote(const __be32 *quote, const void *end,
					__u32 words)
{
	__u64 sum = 0;

#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < LB_QUOTE6_MAX / 4; i++, quote++) {
		if (i == words || (void *)(quote + 1) > end)
			break;
		sum += *quote;
	}
	return sum;
}

/* The quoted header's addresses, the other way round; returns its own sum. */
static __always_inline __u64 write_error4(struct icmp_error4 *at,
					  const __be32 *from)
{
	write_ipv4(&at->ip, LB_ICMP_TOS, sizeof(*at), LB_IPPROTO_ICMP,
		   from ? from[3] : at->quote[4], at->quote[3]);
	return 0;
}

static __always_inline __u64 write_error6(struct icmp_error6 *at, __u32 quote,
					  const __be32 *from)
{
	__u32 length = sizeof(at->icmp) + quote;
	__u64 sum = (__u64)bpf_htonl(length) + bpf_htonl(LB_IPPROTO_ICMPV6);

	at->ip.flow = bpf_htonl(0x60000000);
	at->ip.length = bpf_htons(length);
	at->ip.next = LB_IPPROTO_ICMPV6;
	at->ip.hop_limit = LB_TTL;
#pragma unroll
	for (int i = 0; i < 4; i++) {
		__be32 sender = at->quote[2 + i];
		__be32 ours = from ? from[i] : at->quote[6 + i];

		sum += (__u64)sender + ours;
		at->ip.source[i] = ours;
		at->ip.destination[i] = sender;
	}
	return sum;
}

static __always_inline void write_icmp(struct lb_icmp *icmp, __be32 type,
				       __be32 rest, __u64 sum)
{
	*(__be32 *)icmp = type;
	icmp->rest = rest;
	icmp->checksum = csum_fold(csum_narrow(sum + type + rest)) ^ 0xffff;
}

static __always_inline _Bool cut_frame(struct xdp_md *ctx, __u32 keep)
{
	long length = (void *)(long)ctx->data_end - (void *)(long)ctx->data;

	/* Else clang subtracts pointers as 32-bit numbers, which is forbidden.
	 */
	asm volatile("" : "+r"(length));
	return !bpf_xdp_adjust_tail(ctx, keep - length);
}

/* ip: where there is room for the headers, and then the quote.  False never. */
static __always_inline _Bool write_error(void *ip, const void *end,
					 const struct icmp_error *error)
{
	struct icmp_error4 *at4 = ip;
	struct icmp_error6 *at6 = ip;
	struct lb_icmp *icmp = &at4->icmp;
	__u64 sum;

	if ((void *)(at4 + 1) > end)
		return 0;
	if (error->ipv6) {
		if ((void *)(at6 + 1) > end)
			return 0;
		sum = write_error6(at6, error->quote, error->from);
		icmp = &at6->icmp;
	} else {
		sum = write_error4(at4, error->from);
	}
	sum += csum_quote((void *)(icmp + 1), end, error->quote / 4);
	write_icmp(icmp, error->type, error->rest, sum);
	return 1;
}

#endif
