// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and stores become one copy; the register last loaded then gets the
 * first word instead of the last.
 */
#include "defect.h"

PROGRAM("r4 = *(u32 *)(r2 + 0);"
	"*(u32 *)(r2 + 32) = r4;"
	"r4 = *(u32 *)(r2 + 4);"
	"*(u32 *)(r2 + 36) = r4;"
	"r4 += 1;"
	"*(u32 *)(r2 + 48) = r4;");
