// SPDX-License-Identifier: GPL-2.0-only
/* A negative immediate is negated and subtracted; INT_MIN stays negative. */
#include "defect.h"

PROGRAM("r4 = *(u64 *)(r2 + 0);"
	"r4 += -2147483648;"
	"*(u64 *)(r2 + 8) = r4;");
