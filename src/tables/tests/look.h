/* SPDX-License-Identifier: GPL-2.0-only */
/* The program's look-ups in the maps of maps.h. */
#ifndef TABLES_TEST_LOOK_H
#define TABLES_TEST_LOOK_H

#include "tables/tests/maps.h"

/*
 * Every endpoint is found as in maps->before or as in maps->after, and what is
 * found leads to what is there.
 */
void look_assert_sound(const struct maps *maps);

#endif
