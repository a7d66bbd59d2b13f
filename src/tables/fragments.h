/* SPDX-License-Identifier: GPL-2.0-only */
/* What becomes of fragments where nothing is remembered of them: on a card. */
#ifndef TABLES_FRAGMENTS_H
#define TABLES_FRAGMENTS_H

#include "tables/plan.h"

#define FRAGMENTS_TEXT_SIZE 768

/*
 * How many services a card gives no fragments; if any, a sentence with their
 * names and what to do.
 */
size_t fragments_without(const struct plan *plan,
			 char text[FRAGMENTS_TEXT_SIZE]);

#endif
