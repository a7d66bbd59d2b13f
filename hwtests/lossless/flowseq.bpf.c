// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends numbered frames of many flows in turn, and looks at what comes back.
 * One thread sends and one queue brings them back, so nothing here is atomic.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "flowseq.h"

#define ETHERTYPE_IPV4 0x0800
#define PROTOCOL_UDP   17

struct flowseq flowseq;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FLOWSEQ_FLOWS);
	__type(key, __u32);
	__type(value, struct flowseq_flow);
} flows SEC(".maps");

/* By old * FLOWSEQ_BACKENDS + new: how often a flow moved. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FLOWSEQ_BACKENDS *FLOWSEQ_BACKENDS);
	__type(key, __u32);
	__type(value, __u32);
} moves SEC(".maps");

/* Adds to a word of the frame; returns what that adds to a checksum. */
static __always_inline __u32 advance(__u16 *words, enum flowseq_word i, __u16 n)
{
	__u16 from = flowseq.frame.words[i];
	__u16 to = bpf_htons(bpf_ntohs(from) + n);

	words[i] = to;
	return (from ^ 0xffffU) + to;
}

/* RFC 1624, equation 3. */
static __always_inline __u16 checksum(enum flowseq_word i, __u32 diff)
{
	__u32 sum = (flowseq.frame.words[i] ^ 0xffffU) + diff;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum ^ 0xffff;
}

static __always_inline void number(__u16 *words, __u32 flow, __u32 n)
{
	__u32 diff;

	diff = advance(words, FLOWSEQ_CLIENT, flow >> FLOWSEQ_CLIENT_BITS);
	words[FLOWSEQ_IP_CHECK] = checksum(FLOWSEQ_IP_CHECK, diff);
	diff += advance(words, FLOWSEQ_SOURCE_PORT,
			flow & ((1 << FLOWSEQ_CLIENT_BITS) - 1));
	diff += advance(words, FLOWSEQ_FLOW, flow >> 16);
	diff += advance(words, FLOWSEQ_FLOW + 1, flow & 0xffff);
	diff += advance(words, FLOWSEQ_NUMBER, n >> 16);
	diff += advance(words, FLOWSEQ_NUMBER + 1, n & 0xffff);
	words[FLOWSEQ_UDP_CHECK] = checksum(FLOWSEQ_UDP_CHECK, diff);
}

static __always_inline __u32 word32(const __u16 *words, enum flowseq_word i)
{
	return (__u32)bpf_ntohs(words[i]) << 16 | bpf_ntohs(words[i + 1]);
}

/*
 * Never more on their way than the smallest queue there holds: so whatever is
 * lost was lost by what is tested.
 */
static __always_inline int may_send(void)
{
	__s64 on_their_way = flowseq.sent - flowseq.received - flowseq.forgiven;

	return on_their_way < (__s64)flowseq.window &&
	       flowseq.sent < flowseq.limit;
}

SEC("xdp")
int generate(struct xdp_md *ctx)
{
	__u64 *longs = (void *)(long)ctx->data;
	__u32 n_flows = flowseq.flows;

	if ((void *)longs + FLOWSEQ_LENGTH > (void *)(long)ctx->data_end ||
	    !n_flows || !may_send())
		return XDP_DROP;
#pragma unroll
	for (int i = 0; i < FLOWSEQ_LENGTH / 8; i++)
		longs[i] = flowseq.frame.longs[i];
	number((__u16 *)longs, flowseq.sent % n_flows, flowseq.sent / n_flows);
	flowseq.sent++;
	return bpf_redirect(flowseq.ifindex, 0);
}

static __always_inline void move(struct flowseq_flow *flow, __u32 backend)
{
	__u32 which = flow->backend * FLOWSEQ_BACKENDS + backend, *n;

	if (flow->backend != backend) {
		n = flow->backend ? bpf_map_lookup_elem(&moves, &which) : 0;
		if (n)
			(*n)++;
	}
	flow->backend = backend;
}

static __always_inline void follow(struct flowseq_flow *flow, __u32 n)
{
	if (n < flow->next) {
		flow->late++;
		return;
	}
	flow->lost += n - flow->next;
	flow->next = n + 1;
}

SEC("xdp")
int sink(struct xdp_md *ctx)
{
	const __u16 *words = (void *)(long)ctx->data;
	struct flowseq_flow *flow;
	__u32 id;

	if ((void *)words + FLOWSEQ_LENGTH > (void *)(long)ctx->data_end ||
	    words[FLOWSEQ_ETHERTYPE] != bpf_htons(ETHERTYPE_IPV4) ||
	    (bpf_ntohs(words[FLOWSEQ_TTL_PROTOCOL]) & 0xff) != PROTOCOL_UDP)
		return XDP_PASS;
	id = word32(words, FLOWSEQ_FLOW);
	flow = bpf_map_lookup_elem(&flows, &id);
	if (!flow || words[FLOWSEQ_PORT] != flowseq.port) {
		flowseq.strange++;
		return XDP_DROP;
	}
	flowseq.received++;
	follow(flow, word32(words, FLOWSEQ_NUMBER));
	move(flow, bpf_ntohs(words[FLOWSEQ_BACKEND]) & 0xff);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
