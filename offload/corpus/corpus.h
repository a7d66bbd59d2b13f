/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the test programs share.  The second line of each says what nfp_check
 * has to answer: "expect: VERDICT [RULE]"; how the card's driver answers is
 * recorded in lab.txt, by offload/corpus-test.
 */
#ifndef CORPUS_H
#define CORPUS_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define MAP(name, kind, k, v, entries)                                         \
	struct {                                                               \
		__uint(type, BPF_MAP_TYPE_##kind);                             \
		__uint(max_entries, entries);                                  \
		__type(key, k);                                                \
		__type(value, v);                                              \
	} name SEC(".maps")

/* The first `size` bytes of the packet, or a return. */
#define PACKET(ctx, type, pointer)                                             \
	type *pointer = (void *)(long)(ctx)->data;                             \
	if ((void *)(pointer + 1) > (void *)(long)(ctx)->data_end)             \
	return XDP_PASS

struct words {
	__u32 w[16];
};

struct counter {
	__u64 packets;
	__u64 bytes;
};

char LICENSE[] SEC("license") = "GPL";

#endif
