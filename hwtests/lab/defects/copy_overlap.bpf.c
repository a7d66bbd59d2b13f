// SPDX-License-Identifier: GPL-2.0-only
/*
 * The second load should see a byte that the first store wrote; as one copy,
 * all is read before anything is written.  The driver looks for this, but
 * compares where the accesses begin and not how wide they are.
 */
#include "defect.h"

PROGRAM("r4 = *(u16 *)(r2 + 0);"
	"*(u16 *)(r2 + 3) = r4;"
	"r4 = *(u16 *)(r2 + 2);"
	"*(u16 *)(r2 + 5) = r4;");
