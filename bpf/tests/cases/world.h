/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tables of cases have in common: fixtures' parts, and packets'. */
#ifndef CASES_WORLD_H
#define CASES_WORLD_H

#include "bpf/tests/harness.h"

/* To the first backend, for what is rewritten. */
#define TO_1  .eth_dst = BACKEND1_MAC, .daddr = BACKEND_1
#define TO_2  .eth_dst = BACKEND2_MAC, .daddr = BACKEND_2
#define TO6_1 .eth_dst = BACKEND1_MAC, .daddr = BACKEND6_1
#define TO6_2 .eth_dst = BACKEND2_MAC, .daddr = BACKEND6_2

/* VLAN tags: {proto, tci}, ... */
#define Q	 0x8100
#define AD	 0x88a8
#define TAG(...) .vlans = { __VA_ARGS__ }

/* IPv6 extension headers: EXTENSIONS({type, bytes}, ...), FRAGMENT6() */
#define EXTENSIONS(...) .extensions = { __VA_ARGS__ }
#define EXTENSION(t, size)                                                     \
	{                                                                      \
		.type = PACKET_##t, .length = (size)                           \
	}

/* The frame ends here. */
#define CUT(at) .frame_length = (at)

/* One service of the VIP, and one backend. */
#define ONE_BACKEND(name, vip, backend, backend_port, ...)                     \
	static const struct fixture name = {                                   \
		.SERVICES({ .address = vip, .port = 53, __VA_ARGS__ }),        \
		.RING(1),                                                      \
		.BACKENDS({ .address = backend,                                \
			    .port = backend_port,                              \
			    .mac = BACKEND1_MAC }),                            \
	}

/* Slots tell where the hash went: backend i + 1 has slot i and port i + 1. */
#define EIGHTH_(i, ...)                                                        \
	{                                                                      \
		.port = (i), .mac = (i)*2, .address = __VA_ARGS__              \
	}
#define EIGHT_BACKENDS_(...)                                                   \
	.RING(1, 2, 3, 4, 5, 6, 7, 8),                                         \
		.BACKENDS(EIGHTH_(1, __VA_ARGS__), EIGHTH_(2, __VA_ARGS__),    \
			  EIGHTH_(3, __VA_ARGS__), EIGHTH_(4, __VA_ARGS__),    \
			  EIGHTH_(5, __VA_ARGS__), EIGHTH_(6, __VA_ARGS__),    \
			  EIGHTH_(7, __VA_ARGS__), EIGHTH_(8, __VA_ARGS__))
#define EIGHT_BACKENDS	EIGHT_BACKENDS_(BACKEND_1)
#define EIGHT_BACKENDS6 EIGHT_BACKENDS_(BACKEND6_1)
#define SLOT_MAC(i)	((i)*2 + 2)

/*
 * The slots and hashes of the default packets, PACKET() and PACKET6(), as
 * computed apart from all this: by flow, and by source alone.
 */
#define FLOW4_SLOT   2
#define SOURCE4_SLOT 1
#define FLOW6_SLOT   2
#define SOURCE6_SLOT 3
#define FLOW4_HASH   0x89b6be6a
#define SOURCE4_HASH 0x534a6f21
#define FLOW6_HASH   0x836607ea
#define SOURCE6_HASH 0x7beaf733

#endif
