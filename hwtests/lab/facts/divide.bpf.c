// SPDX-License-Identifier: GPL-2.0-only
/* A divided by constants, which the JIT turns into products and shifts. */
#include "fact.h"

#define DIVIDE(what, at) "r5 = r3;" what ";*(u64 *)(r2 + " #at ") = r5;"

/* Else it would take the macros for operands of an expression. */
/* clang-format off */
PROGRAM("r3 = *(u32 *)(r2 + 16);"
	DIVIDE("r5 /= 1", 32) DIVIDE("r5 /= 0x7fffffff", 40)
	DIVIDE("r5 /= 64", 48) DIVIDE("r5 /= 0x1121", 56)
	DIVIDE("r5 /= 38", 64) DIVIDE("w5 /= 0x1121", 72)
	DIVIDE("w5 /= 64", 80));
/* clang-format on */
