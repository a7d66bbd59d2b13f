/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs for what a real card has been seen to do: bpf/tests/facts.c gives
 * them the operands of Netronome's regression tests, whose results on silicon
 * are known to be those of the kernel.
 *
 * A packet brings operands, A at 16 and B at 24, and takes results away from
 * 32 on; nothing is a constant that the JIT or the verifier could compute
 * beforehand.  Assembler where the instruction matters.
 */
#ifndef FACT_H
#define FACT_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#define FACT_LENGTH 256 /* bytes that a packet has at least */

#define PACKET_OR_PASS                                                         \
	"r2 = *(u32 *)(r1 + 0);"                                               \
	"r3 = *(u32 *)(r1 + 4);"                                               \
	"r0 = r2;"                                                             \
	"r0 += 256;"                                                           \
	"if r0 > r3 goto pass;"
#define PASS                                                                   \
	"pass:"                                                                \
	"r0 = 2;"                                                              \
	"exit;"

/* r1: context, r2: packet. */
#define PROGRAM(body)                                                          \
	SEC("xdp") __attribute__((naked)) int fact(struct xdp_md *ctx)         \
	{                                                                      \
		asm volatile(PACKET_OR_PASS body PASS ::: "memory");           \
	}                                                                      \
	char LICENSE[] SEC("license") = "GPL"

/* The packet in C, or NULL if it is too short. */
static __always_inline __u8 *packet_of(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data;
	__u8 *end = (void *)(long)ctx->data_end;

	return data + FACT_LENGTH > end ? NULL : data;
}

#endif
