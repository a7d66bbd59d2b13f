// SPDX-License-Identifier: GPL-2.0-only
/* Products of 32 bits by 32, and of 16 by 16: A by B, A by constants. */
#include "fact.h"

#define STORE(at) "*(u64 *)(r2 + " #at ") = r5;"

/* Else it would take the macros for operands of an expression. */
/* clang-format off */
PROGRAM("r3 = *(u32 *)(r2 + 16);"
	"r4 = *(u32 *)(r2 + 24);"
	"r5 = r3; r5 *= r4;"
	STORE(32)
	"r5 = r3; w5 *= w4;"
	STORE(40)
	"r5 = r3; r5 *= 0x55667788;"
	STORE(48)
	"r5 = r3; r5 *= 0xa0;"
	STORE(56)
	"r5 = r3; r5 *= 0x556;"
	STORE(64)
	"r5 = r3; w5 *= -1088;"
	STORE(72)
	"r3 = *(u16 *)(r2 + 16);"
	"r4 = *(u16 *)(r2 + 24);"
	"r5 = r3; r5 *= r4;"
	STORE(80)
	"r5 = r3; w5 *= w4;"
	STORE(88)
	"r5 = r3; r5 *= 0x5566;"
	STORE(96)
	"r5 = r3; w5 *= 0x433;"
	STORE(104));
/* clang-format on */
