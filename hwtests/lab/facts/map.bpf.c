// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-ups by keys at several places of the stack, which survive them; values
 * of any size, read to their last byte; sums of 32 and 64 bits.
 */
#include "fact.h"

struct odd {
	__u8 bytes[14];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct odd);
} array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u64);
	__type(value, __u64);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32[8]);
} sums SEC(".maps");

/* The sums' words: 0-1 and 2-3 of 64 bits, 4 and 5 of 32, 6 and 7 only read. */
static __always_inline int add(__u8 *data)
{
	__u32 key = 0, *sum = bpf_map_lookup_elem(&sums, &key);

	if (!sum)
		return XDP_DROP;
	__sync_fetch_and_add((__u64 *)sum, *(__u64 *)(data + 16));
	__sync_fetch_and_add((__u64 *)sum, 1);
	__sync_fetch_and_add((__u64 *)(sum + 2), *(__u32 *)(data + 24));
	__sync_fetch_and_add(sum + 4, *(__u32 *)(data + 16));
	__sync_fetch_and_add(sum + 4, *(__u32 *)(data + 16));
	__sync_fetch_and_add(sum + 5, 1);
	__sync_fetch_and_add(sum + 5, data[24]);
	/* The last byte of the map: the JIT reads a word that begins there. */
	data[80] = ((__u8 *)sum)[31];
	*(__u16 *)(data + 82) = *(__u16 *)((__u8 *)sum + 30);
	return XDP_PASS;
}

SEC("xdp")
int fact(struct xdp_md *ctx)
{
	__u8 *data = packet_of(ctx);
	volatile __u32 indices[3];
	__u64 key, *value;
	struct odd *odd;

	if (!data)
		return XDP_PASS;
	indices[0] = data[24] & 3;
	indices[1] = 1;
	indices[2] = 0x100;
	odd = bpf_map_lookup_elem(&array, (void *)&indices[0]);
	if (!odd)
		return XDP_DROP;
	data[32] = odd->bytes[0];
	data[33] = odd->bytes[13];
	*(__u16 *)(data + 34) = *(__u16 *)&odd->bytes[12];
	*(__u32 *)(data + 36) = *(__u32 *)&odd->bytes[4];
	if (bpf_map_lookup_elem(&array, (void *)&indices[2]))
		return XDP_ABORTED;
	odd = bpf_map_lookup_elem(&array, (void *)&indices[1]);
	if (!odd)
		return XDP_ABORTED;
	*(__u32 *)(data + 40) = *(__u32 *)&odd->bytes[8];
	if (indices[0] != (data[24] & 3) || indices[1] != 1 ||
	    indices[2] != 0x100)
		return XDP_ABORTED;
	key = *(__u64 *)(data + 16);
	value = bpf_map_lookup_elem(&table, &key);
	if (value)
		*(volatile __u64 *)(data + 48) = *value;
	return add(data);
}

char LICENSE[] SEC("license") = "GPL";
