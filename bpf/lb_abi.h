/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the XDP program and the daemon agree on: map names, keys, values,
 * reasons, limits.  Included by both sides; only fixed-size types, so that the
 * layout is the same in the kernel, on the card and in user space.
 *
 * Everything on the wire (addresses, ports) is kept in network byte order and
 * never converted, everything else is in the byte order of the machine.
 */
#ifndef LB_ABI_H
#define LB_ABI_H

#include <linux/types.h>

/* Raised whenever a key, a value or a meaning below changes. */
#define LB_ABI_VERSION 1

/* Map names: at most 15 characters, the kernel's BPF_OBJ_NAME_LEN - 1. */
#define LB_MAP_SERVICES4 "services4"
#define LB_MAP_REPLIES4 "replies4"
#define LB_MAP_RING "ring"
#define LB_MAP_BACKENDS "backends"
#define LB_MAP_BACKEND_STATS "backend_stats"
#define LB_MAP_REASON_STATS "reason_stats"
#define LB_MAP_LATENCY "latency"

#define LB_PROGRAM "udplb"
#define LB_PROGRAM_TIMED "udplb_timed"

/* How a service picks the slot of a packet. */
enum lb_balance {
	LB_BALANCE_FLOW = 0,	/* addresses and ports: a flow stays together */
	LB_BALANCE_SOURCE = 1,	/* client address: a client stays together */
	LB_BALANCE_PACKET = 2,	/* random: every packet for itself */
};

/* How a packet gets to its backend. */
enum lb_forward {
	LB_FORWARD_NAT = 0,	/* destination becomes the backend */
	LB_FORWARD_SNAT = 1,	/* and the source address becomes the VIP */
	LB_FORWARD_DSR = 2,	/* only the MAC addresses change */
};

/* A VIP's port, or a backend's; port 0 stands for every port of the address. */
struct lb_endpoint4 {
	__be32 address;
	__be16 port;
	__u16 zero;
};

/* services4: VIP endpoint -> where its slots are and what to do. */
struct lb_service {
	__u32 ring_base;	/* first slot in the ring map */
	__u32 ring_mask;	/* number of slots - 1; a power of two - 1 */
	__u8 balance;		/* enum lb_balance */
	__u8 forward;		/* enum lb_forward */
	__u16 zero;
};

/* ring: slot -> index into backends.  A zeroed map thus has no backend at all. */
#define LB_NO_BACKEND 0U

/*
 * Where a packet goes, and what it becomes.
 * backends: index -> the backend; index 0 is never used.
 * replies4: backend endpoint -> the gateway, and the VIP that answers come from.
 */
struct lb_target {
	__u8 mac[6];		/* of the next hop; a reply's: all zero if unknown */
	__be16 port;		/* 0: keep the packet's */
	__be32 address;
	__u32 zero;
};

/*
 * backend_stats, reason_stats.  A packet is counted once: for its backend if
 * it was forwarded, for its reason otherwise.  Bytes are those of the frame as
 * it arrived, without the Ethernet checksum.
 */
struct lb_counter {
	__u64 packets;
	__u64 bytes;
};

/*
 * Why a packet got its verdict: X(identifier, name, action, what it means).
 * Ordered by action, so that the program derives the action from the reason
 * with two comparisons.  The order is the index into reason_stats.
 */
#define LB_REASONS(X)                                                          \
	X(NOT_IPV4, "not_ipv4", PASS,                                          \
	  "not IPv4: another EtherType, or more than two VLAN tags")           \
	X(NOT_UDP, "not_udp", PASS, "IPv4, but not UDP")                       \
	X(NOT_UNICAST, "not_unicast", PASS,                                    \
	  "sent to a multicast or broadcast MAC address")                      \
	X(NO_SERVICE, "no_service", PASS,                                      \
	  "UDP that is neither for one of our services nor from a backend")    \
	X(TRUNCATED, "truncated", PASS, "the frame ends within a header")      \
	X(BAD_IP_HEADER, "bad_ip_header", PASS,                                \
	  "IP version is not 4, or a header length below 20 bytes")            \
	X(IP_OPTIONS, "ip_options", PASS,                                      \
	  "IP header with options: left to the kernel")                        \
	X(BAD_IP_LENGTH, "bad_ip_length", PASS,                                \
	  "IP total length below its header's or beyond the frame")            \
	X(FRAGMENT, "fragment", PASS,                                          \
	  "IP fragment: has no port to balance by")                            \
	X(BAD_UDP_LENGTH, "bad_udp_length", PASS,                              \
	  "UDP length below 8 bytes or beyond the IP packet")                  \
	X(NO_BACKEND, "no_backend", DROP, "the service has no usable backend") \
	X(TTL_EXPIRED, "ttl_expired", DROP, "would leave with a TTL of 0")     \
	X(NO_GATEWAY, "no_gateway", DROP,                                      \
	  "a reply, but the gateway's MAC address is unknown")                 \
	X(REPLIED, "replied", TX, "a backend's reply, sent on from the VIP")   \
	X(FORWARDED, "forwarded", TX, "sent to a backend")

#define LB_REASON_ENUM_(id, ...) LB_REASON_##id,
enum lb_reason { LB_REASONS(LB_REASON_ENUM_) LB_REASONS_END };
#undef LB_REASON_ENUM_

#define LB_REASON_COUNT ((__u32)LB_REASONS_END)
/* Not a verdict yet: the headers are sound, go on. */
#define LB_PARSED LB_REASON_FORWARDED

#define LB_REASON_FIRST_DROP LB_REASON_NO_BACKEND
#define LB_REASON_FIRST_TX LB_REASON_REPLIED

/*
 * latency: a log-linear histogram in nanoseconds.  Values below 64 have a
 * bucket each; above, every power of two is cut into 32, so a bucket is at
 * most 1/32 wide.  The last bucket also holds everything from 2^20 ns up.
 */
#define LB_LATENCY_SUB_BITS 5
#define LB_LATENCY_MAX_BITS 20
#define LB_LATENCY_BUCKETS                                                     \
	((2 << LB_LATENCY_SUB_BITS) +                                          \
	 ((LB_LATENCY_MAX_BITS - LB_LATENCY_SUB_BITS - 1)                      \
	  << LB_LATENCY_SUB_BITS))
#define LB_LATENCY_SAMPLE_EVERY 128	/* packets of a CPU; a power of two */

struct lb_latency {
	__u64 seen;		/* packets of this CPU */
	__u64 buckets[LB_LATENCY_BUCKETS];
};

/*
 * The card's limits, from the nfp driver (nfp_bpf_map_alloc() in offload.c):
 * key and value, each rounded up to 8 bytes, fit in 64 together.
 */
#define LB_ROUND8_(x) (((x) + 7) / 8 * 8)
#define LB_ASSERT_MAP_(key, value)                                             \
	_Static_assert(LB_ROUND8_(sizeof(key)) + LB_ROUND8_(sizeof(value)) <= 64, \
		       "map entry of " #key " and " #value                     \
		       " does not fit on the card")
LB_ASSERT_MAP_(struct lb_endpoint4, struct lb_service);
LB_ASSERT_MAP_(struct lb_endpoint4, struct lb_target);
LB_ASSERT_MAP_(__u32, struct lb_counter);
_Static_assert(sizeof(struct lb_endpoint4) == 8, "no padding in a key");
_Static_assert(sizeof(struct lb_service) == 12, "no hidden padding");
_Static_assert(sizeof(struct lb_target) == 16, "no hidden padding");

#endif
