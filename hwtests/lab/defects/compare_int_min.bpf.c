// SPDX-License-Identifier: GPL-2.0-only
/* x >= -n is compiled as the carry of x + n, and n = -n for INT_MIN. */
#include "defect.h"

PROGRAM("r4 = *(u64 *)(r2 + 0);"
	"r5 = 1;"
	"if r4 >= -2147483648 goto store;"
	"r5 = 2;"
	"store:"
	"*(u32 *)(r2 + 8) = r5;");
