// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes frames, and counts them.  Frames of a test run are used again and
 * again, so each is restored before it is given to anybody; its checksums are
 * right, because kernel and sockets look at them.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "traffic.h"

#define ETHERTYPE_IPV4 0x0800
#define PROTOCOL_UDP   17

struct traffic traffic;

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} under_test SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, TRAFFIC_COUNTS);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

/* Adds to a word of the packet; returns what that adds to a checksum. */
static __always_inline __u32 advance(__u16 *words, enum traffic_word i, __u16 n)
{
	__u16 from = traffic.header.words[i];
	__u16 to = bpf_htons(bpf_ntohs(from) + n);

	words[i] = to;
	return (from ^ 0xffffU) + to;
}

/* RFC 1624, equation 3. */
static __always_inline __u16 checksum(enum traffic_word i, __u32 diff)
{
	__u32 sum = (traffic.header.words[i] ^ 0xffffU) + diff;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum ^ 0xffff;
}

static __always_inline __u32 below(__u32 random, __u32 limit)
{
	return (__u64)random * limit >> 32;
}

static __always_inline void vary4(__u16 *words, __u32 flow, __u32 service)
{
	__u32 diff;

	diff = advance(words, TRAFFIC_CLIENT, flow >> TRAFFIC_PORT_BITS);
	diff += advance(words, TRAFFIC_VIP, service);
	words[TRAFFIC_IP_CHECK] = checksum(TRAFFIC_IP_CHECK, diff);
	diff += advance(words, TRAFFIC_SOURCE_PORT,
			flow & ((1 << TRAFFIC_PORT_BITS) - 1));
	words[TRAFFIC_UDP_CHECK] = checksum(TRAFFIC_UDP_CHECK, diff);
}

static __always_inline void vary6(__u16 *words, __u32 flow, __u32 service)
{
	__u32 diff;

	diff = advance(words, TRAFFIC6_CLIENT, flow >> TRAFFIC_PORT_BITS);
	diff += advance(words, TRAFFIC6_VIP, service);
	diff += advance(words, TRAFFIC6_SOURCE_PORT,
			flow & ((1 << TRAFFIC_PORT_BITS) - 1));
	words[TRAFFIC6_UDP_CHECK] = checksum(TRAFFIC6_UDP_CHECK, diff);
}

/* Bytes from ... to of the header; the frame has as many. */
static __always_inline void copy(__u64 *longs, int from, int to)
{
#pragma unroll
	for (int i = from / 8; i < to / 8; i++)
		longs[i] = traffic.header.longs[i];
}

static __always_inline void restore(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data,
	     *end = (void *)(long)ctx->data_end;
	__u32 random, flow, service;

	/* Shorter ones are malformed: nobody changes them. */
	if (data + TRAFFIC_SHORT > end)
		return;
	copy(data, 0, TRAFFIC_SHORT);
	if (traffic.restore > TRAFFIC_SHORT && data + 64 <= end)
		copy(data, TRAFFIC_SHORT, 64);
	if (traffic.restore > 64 && data + TRAFFIC_HEADER <= end)
		copy(data, 64, TRAFFIC_HEADER);
	if (traffic.flows == 1 && traffic.services == 1)
		return;
	random = bpf_get_prandom_u32();
	flow = below(random, traffic.flows);
	service = below(random * 0x9e3779b1, traffic.services);
	if (!traffic.ipv6)
		vary4(data, flow, service);
	else if (data + 64 <= end)
		vary6(data, flow, service);
}

/*
 * Undoes what moved the frame's beginning and end.  A frame that nobody moved
 * gets the same calls with 0: so does the bounce, and what they cost is not
 * taken for the cost of the program under test.
 */
static __always_inline int shrink(struct xdp_md *ctx)
{
	__u32 length = ctx->data_end - ctx->data;
	__u32 grown = length == traffic.length ? 0 : traffic.grown;

	if (bpf_xdp_adjust_head(ctx, (int)grown))
		return -1;
	length -= grown;
	if (length == traffic.length)
		return 0;
	return bpf_xdp_adjust_tail(ctx, (int)(traffic.length - length));
}

static __always_inline void count(__u32 key)
{
	__u64 *n = bpf_map_lookup_elem(&counts, &key);

	if (n)
		(*n)++;
}

SEC("xdp")
int harness(struct xdp_md *ctx)
{
	if (traffic.grown && shrink(ctx))
		return XDP_ABORTED;
	restore(ctx);
	bpf_tail_call(ctx, &under_test, 0);
	return XDP_ABORTED;
}

SEC("xdp")
int generate(struct xdp_md *ctx)
{
	restore(ctx);
	count(TRAFFIC_SENT);
	return bpf_redirect(traffic.ifindex, 0);
}

SEC("xdp")
int sink(struct xdp_md *ctx)
{
	__u16 *words = (void *)(long)ctx->data;

	if ((void *)words + TRAFFIC_SHORT > (void *)(long)ctx->data_end ||
	    words[TRAFFIC_ETHERTYPE] != bpf_htons(ETHERTYPE_IPV4) ||
	    (bpf_ntohs(words[TRAFFIC_TTL_PROTOCOL]) & 0xff) != PROTOCOL_UDP)
		return XDP_PASS;
	count(words[TRAFFIC_PORT] == traffic.balanced_port ? TRAFFIC_BALANCED
							   : TRAFFIC_OTHER);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
