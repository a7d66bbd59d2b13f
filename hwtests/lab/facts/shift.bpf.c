// SPDX-License-Identifier: GPL-2.0-only
/*
 * A shifted: by any amount (byte 0 of B), by one that is known to be below 32
 * (1), by one that is known not to be (2), in 32 bits (3); and by constants.
 */
#include "fact.h"

#define SHIFT(what, at)                                                        \
	"r5 = r3;" what ";"                                                    \
	"*(u64 *)(r2 + " #at ") = r5;"

/* Else it would take the macros for operands of an expression. */
/* clang-format off */
PROGRAM("r3 = *(u64 *)(r2 + 16);"
	"r4 = *(u8 *)(r2 + 24);"
	"r4 &= 63;"
	SHIFT("r5 <<= r4", 32) SHIFT("r5 >>= r4", 40) SHIFT("r5 s>>= r4", 48)
	"r4 = *(u8 *)(r2 + 25);"
	"r4 &= 31;"
	SHIFT("r5 <<= r4", 80) SHIFT("r5 >>= r4", 88) SHIFT("r5 s>>= r4", 96)
	"r4 = *(u8 *)(r2 + 26);"
	"r4 &= 31;"
	"r4 |= 32;"
	SHIFT("r5 <<= r4", 104) SHIFT("r5 >>= r4", 112)
	SHIFT("r5 s>>= r4", 120)
	"r4 = *(u8 *)(r2 + 27);"
	SHIFT("w5 <<= w4", 56) SHIFT("w5 >>= w4", 64) SHIFT("w5 s>>= w4", 72)
	SHIFT("r5 <<= 7", 128) SHIFT("r5 <<= 32", 136) SHIFT("r5 <<= 45", 144)
	SHIFT("r5 >>= 7", 152) SHIFT("r5 >>= 32", 160) SHIFT("r5 >>= 33", 168)
	SHIFT("r5 s>>= 7", 176) SHIFT("r5 s>>= 32", 184)
	SHIFT("r5 s>>= 45", 192) SHIFT("w5 <<= 18", 200)
	SHIFT("w5 >>= 28", 208) SHIFT("w5 s>>= 7", 216));
/* clang-format on */
