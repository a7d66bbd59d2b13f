// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stale ranges, a shift: the verifier walks the path with r5 = 1 first or last
 * and knows the amount on each; the JIT keeps what it saw last and compiles
 * a shift by that constant.
 */
#include "defect.h"

PROGRAM("r4 = *(u8 *)(r2 + 0);"
	"r5 = 1;"
	"if r4 > 9 goto shift;"
	"r5 = 3;"
	"shift:"
	"r6 = *(u32 *)(r2 + 4);"
	"r6 <<= r5;"
	"*(u32 *)(r2 + 8) = r6;");
