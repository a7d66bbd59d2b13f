// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs of loads and stores that the JIT makes one read and one write of: bytes,
 * halves, words, upwards and downwards, longer than a command; and reads that
 * it takes from one command (its packet cache), some across a store.
 */
#include "fact.h"

#define MOVE(width, from, to)                                                  \
	"r3 = *(" width " *)(r2 + " #from ");"                                 \
	"*(" width " *)(r2 + " #to ") = r3;"

/* Else it would take the macros for operands of an expression. */
/* clang-format off */
PROGRAM(MOVE("u8", 16, 40) MOVE("u8", 17, 41) MOVE("u8", 18, 42)
	MOVE("u8", 19, 43) MOVE("u8", 20, 44)
	"r3 = 0;"
	MOVE("u16", 16, 48) MOVE("u16", 18, 50) MOVE("u16", 20, 52)
	"r3 = 0;"
	MOVE("u32", 16, 56) MOVE("u32", 20, 60) MOVE("u32", 24, 64)
	MOVE("u32", 28, 68)
	"r3 = 0;"
	MOVE("u64", 8, 72) MOVE("u64", 16, 80) MOVE("u64", 24, 88)
	MOVE("u64", 32, 96) MOVE("u64", 40, 104) MOVE("u64", 48, 112)
	"r3 = 0;"
	MOVE("u16", 28, 132) MOVE("u16", 26, 130) MOVE("u16", 24, 128)
	"r3 = 0;"
	"r3 = *(u8 *)(r2 + 14);"
	"r4 = *(u16 *)(r2 + 30);"
	"r5 = *(u32 *)(r2 + 33);"
	"r6 = *(u64 *)(r2 + 38);"
	"*(u8 *)(r2 + 140) = r3;"
	"*(u16 *)(r2 + 141) = r4;"
	"*(u32 *)(r2 + 143) = r5;"
	"*(u64 *)(r2 + 147) = r6;"
	"r3 = *(u16 *)(r2 + 16);"
	"*(u16 *)(r2 + 18) = r3;"
	"r4 = *(u32 *)(r2 + 17);"
	"*(u32 *)(r2 + 160) = r4;");
/* clang-format on */
