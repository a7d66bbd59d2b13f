// SPDX-License-Identifier: GPL-2.0-only
/* Every verdict: A.  The frame is left alone. */
#include "fact.h"

/* Else it would take the macros for operands of an expression. */
/* clang-format off */
PROGRAM("r3 = *(u8 *)(r2 + 16);"
	"r0 = 0; if r3 == 0 goto +5;"
	"r0 = 1; if r3 == 1 goto +3;"
	"r0 = 2; if r3 == 2 goto +1;"
	"r0 = 3;"
	"exit;");
/* clang-format on */
