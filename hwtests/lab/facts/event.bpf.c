// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events to the host, as A says.  0: the packet's first 32 bytes; 1: of the
 * stack; 2: both; 3: a byte of each; 4: of a map's value; 5: the whole packet;
 * 6: two in one go; 7: what is too long for a card.
 */
#include "fact.h"

#define PACKET_BYTES(n) ((__u64)(n) << 32 | BPF_F_CURRENT_CPU)

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(max_entries, 64);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} texts SEC(".maps");

/* A call of its own for each: clang would make one of all, sizes variable. */
#define SAY(ctx, flags, data, size)                                            \
	({                                                                     \
		long failed_ = bpf_perf_event_output(ctx, &events, flags,      \
						     (void *)(data), size);    \
                                                                               \
		asm volatile("/* %0 */" ::"i"(__LINE__));                      \
		failed_;                                                       \
	})

static __always_inline long say_text(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u8 *text = bpf_map_lookup_elem(&texts, &key);

	return text ? SAY(ctx, PACKET_BYTES(0), text + 1, 2) : -1;
}

SEC("xdp")
int fact(struct xdp_md *ctx)
{
	__u8 *data = packet_of(ctx);
	__u64 words[32] = { 0, 0x12345678, 1, 7 };
	__u64 length;
	long failed;

	if (!data)
		return XDP_PASS;
	length = ctx->data_end - ctx->data;
	switch (data[16]) {
	case 0:
		failed = SAY(ctx, PACKET_BYTES(32), words, 0);
		break;
	case 1:
		failed = SAY(ctx, PACKET_BYTES(0), words, 32);
		break;
	case 2:
		failed = SAY(ctx, PACKET_BYTES(32), words, 32);
		break;
	case 3:
		failed = SAY(ctx, PACKET_BYTES(1), &words[1], 1);
		break;
	case 4:
		failed = say_text(ctx);
		break;
	case 5:
		failed = SAY(ctx, length << 32 | BPF_F_CURRENT_CPU, words, 0);
		break;
	case 6:
		failed = SAY(ctx, PACKET_BYTES(32), words, 32);
		failed |= SAY(ctx, PACKET_BYTES(50), &words[1], 24);
		break;
	default:
		failed = SAY(ctx, length << 32 | BPF_F_CURRENT_CPU, words, 256);
	}
	return failed ? XDP_ABORTED : XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
