/* SPDX-License-Identifier: GPL-2.0-only */
/* How long the pipeline takes, on the host only: the card has no clock. */
#ifndef LB_LATENCY_H
#define LB_LATENCY_H

/* floor(log2(value)) for 64 <= value < 2^LB_LATENCY_MAX_BITS. */
static __always_inline __u32 latency_log2(__u64 value)
{
	__u32 bits = 0;

	if (value >> 16) {
		value >>= 16;
		bits += 16;
	}
	if (value >> 8) {
		value >>= 8;
		bits += 8;
	}
	if (value >> 4) {
		value >>= 4;
		bits += 4;
	}
	if (value >> 2) {
		value >>= 2;
		bits += 2;
	}
	return bits + (value >> 1);
}

static __always_inline __u32 latency_bucket(__u64 ns)
{
	__u32 bits;

	if (ns < 2 << LB_LATENCY_SUB_BITS)
		return ns;
	if (ns >> LB_LATENCY_MAX_BITS)
		return LB_LATENCY_BUCKETS - 1;
	bits = latency_log2(ns) - LB_LATENCY_SUB_BITS;
	return (bits << LB_LATENCY_SUB_BITS) + (ns >> bits);
}

/* Counts the packet; the time if this one is to be timed, else 0. */
static __always_inline __u64 latency_start(void)
{
	__u32 zero = 0;
	struct lb_latency *l = bpf_map_lookup_elem(&latency, &zero);

	if (!l || l->seen++ % LB_LATENCY_SAMPLE_EVERY)
		return 0;
	return bpf_ktime_get_ns();
}

/* Looked up again: a pointer kept over the pipeline costs every packet. */
static __always_inline void latency_record(__u64 start)
{
	__u32 zero = 0, bucket = latency_bucket(bpf_ktime_get_ns() - start);
	struct lb_latency *l = bpf_map_lookup_elem(&latency, &zero);

	if (l && bucket < LB_LATENCY_BUCKETS)
		l->buckets[bucket]++;
}

#endif
