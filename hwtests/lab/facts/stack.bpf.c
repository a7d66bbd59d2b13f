// SPDX-License-Identifier: GPL-2.0-only
/*
 * A and B on the stack, read back in every width and at every offset; B written
 * over A in every width.  Once near the stack's start, once where its words are
 * in another region of local memory, once through a pointer whose offset is one
 * of two.
 */
#include "fact.h"

#define READ(width, from, at)                                                  \
	"r5 = *(" width " *)(r10 - " #from ");"                                \
	"*(u64 *)(r2 + " #at ") = r5;"
#define WRITE(width, to, at)                                                   \
	"*(u64 *)(r10 - 144) = r3;"                                            \
	"*(" width " *)(r10 - " #to ") = r4;"                                  \
	"r5 = *(u64 *)(r10 - 144);"                                            \
	"*(u64 *)(r2 + " #at ") = r5;"

/* Else it would take the macros for operands of an expression. */
/* clang-format off */
PROGRAM("r3 = *(u64 *)(r2 + 16);"
	"r4 = *(u64 *)(r2 + 24);"
	"*(u64 *)(r10 - 16) = r3;"
	"*(u64 *)(r10 - 8) = r4;"
	"*(u64 *)(r10 - 72) = r4;"
	"*(u64 *)(r10 - 80) = r3;"
	READ("u8", 16, 32) READ("u8", 15, 40) READ("u8", 14, 48)
	READ("u8", 9, 56) READ("u16", 16, 64) READ("u16", 14, 72)
	READ("u16", 8, 80) READ("u32", 12, 88) READ("u32", 8, 96)
	READ("u64", 72, 104) READ("u8", 65, 112) READ("u16", 74, 120)
	READ("u32", 80, 128) READ("u64", 80, 136) WRITE("u8", 144, 144)
	WRITE("u8", 143, 152) WRITE("u8", 137, 160) WRITE("u16", 144, 168)
	WRITE("u16", 142, 176) WRITE("u16", 138, 184) WRITE("u32", 144, 192)
	WRITE("u32", 140, 200) WRITE("u64", 144, 208) READ("u64", 16, 216)
	READ("u32", 4, 224)
	"r6 = r10;"
	"r7 = *(u8 *)(r2 + 16);"
	"r7 &= 1;"
	"if r7 == 0 goto +1;"
	"r6 += -8;"
	"r5 = *(u8 *)(r6 - 71);"
	"*(u64 *)(r2 + 232) = r5;"
	"r5 = *(u64 *)(r6 - 72);"
	"*(u64 *)(r2 + 240) = r5;"
	"*(u16 *)(r6 - 70) = r3;"
	"r5 = *(u64 *)(r10 - 72);"
	"*(u64 *)(r2 + 248) = r5;");
/* clang-format on */
