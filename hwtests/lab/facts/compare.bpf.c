// SPDX-License-Identifier: GPL-2.0-only
/* Every comparison of A with B, and of A with constants: a byte each. */
#include "fact.h"

#define IF(condition, at)                                                      \
	"r5 = 1;"                                                              \
	"if " condition " goto +1;"                                            \
	"r5 = 0;"                                                              \
	"*(u8 *)(r2 + " #at ") = r5;"

/* Else it would take the macros for operands of an expression. */
/* clang-format off */
PROGRAM("r3 = *(u64 *)(r2 + 16);"
	"r4 = *(u64 *)(r2 + 24);"
	IF("r3 == r4", 32) IF("r3 != r4", 33) IF("r3 > r4", 34)
	IF("r3 >= r4", 35) IF("r3 < r4", 36) IF("r3 <= r4", 37)
	IF("r3 s> r4", 38) IF("r3 s>= r4", 39) IF("r3 s< r4", 40)
	IF("r3 s<= r4", 41) IF("w3 == w4", 42) IF("w3 != w4", 43)
	IF("w3 > w4", 44) IF("w3 >= w4", 45) IF("w3 < w4", 46)
	IF("w3 <= w4", 47) IF("w3 s> w4", 48) IF("w3 s>= w4", 49)
	IF("w3 s< w4", 50) IF("w3 s<= w4", 51) IF("r3 == 17", 52)
	IF("r3 != 16", 53) IF("r3 > 16", 54) IF("r3 >= 18", 55)
	IF("r3 < 17", 56) IF("r3 <= -2", 57) IF("r3 s> -1", 58)
	IF("r3 s>= 0", 59) IF("r3 s< -17", 60) IF("r3 s<= -18", 61)
	IF("w3 s> -4", 62) IF("w3 s< -2", 63));
/* clang-format on */
