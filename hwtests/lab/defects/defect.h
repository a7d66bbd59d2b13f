/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Each program here shows one defect of the nfp driver's JIT, and is what is
 * least needed for it; docs/nfp-jit-defects.md explains them.  A program takes
 * its input from the packet and leaves its result there, where the host's and
 * the card's can be compared.  Assembler, as a compiler would have its own
 * ideas.
 *
 * On entry: r1 context.  packet_or_pass: r2 the packet, of at least 64 bytes.
 */
#ifndef DEFECT_H
#define DEFECT_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define PACKET_OR_PASS                                                         \
	"r2 = *(u32 *)(r1 + 0);"                                               \
	"r3 = *(u32 *)(r1 + 4);"                                               \
	"r0 = r2;"                                                             \
	"r0 += 64;"                                                            \
	"if r0 > r3 goto pass;"
#define PASS                                                                   \
	"pass:"                                                                \
	"r0 = 2;"                                                              \
	"exit;"

#define PROGRAM(body)                                                          \
	SEC("xdp") __attribute__((naked)) int defect(struct xdp_md *ctx)       \
	{                                                                      \
		asm volatile(PACKET_OR_PASS body PASS ::: "memory");           \
	}                                                                      \
	char LICENSE[] SEC("license") = "GPL"

#endif
