// SPDX-License-Identifier: GPL-2.0-only
/* Stale ranges, a multiplication: 16 bits suffice on one path only. */
#include "defect.h"

PROGRAM("r4 = *(u32 *)(r2 + 4);"
	"r5 = *(u8 *)(r2 + 0);"
	"if r5 > 9 goto multiply;"
	"r4 &= 255;"
	"multiply:"
	"r4 *= 3;"
	"*(u32 *)(r2 + 8) = r4;");
