// SPDX-License-Identifier: GPL-2.0-only
/* A and B added, subtracted, combined; A with constants, negated, swapped. */
#include "fact.h"

#define ALU(what, at) "r5 = r3;" what ";*(u64 *)(r2 + " #at ") = r5;"

/* Else it would take the macros for operands of an expression. */
/* clang-format off */
PROGRAM("r3 = *(u64 *)(r2 + 16);"
	"r4 = *(u64 *)(r2 + 24);"
	ALU("r5 += r4", 32) ALU("r5 -= r4", 40) ALU("w5 += w4", 48)
	ALU("r5 &= r4", 56) ALU("r5 |= r4", 64) ALU("r5 ^= r4", 72)
	ALU("r5 = -r5", 80) ALU("w5 = -w5", 88) ALU("r5 &= 0", 96)
	ALU("r5 &= -1", 104) ALU("w5 |= 0", 112) ALU("w5 |= -1", 120)
	ALU("r5 ^= 0", 128) ALU("r5 ^= -1", 136) ALU("w5 ^= -1", 144)
	ALU("r5 += -2", 152) ALU("r5 += -0xffffff", 160)
	ALU("r5 += 0xffffff", 168) ALU("r5 -= 1", 176)
	ALU("r5 = be16 r5", 184) ALU("r5 = be32 r5", 192)
	ALU("r5 = be64 r5", 200) ALU("w5 &= -1", 208));
/* clang-format on */
