/* SPDX-License-Identifier: GPL-2.0-only */
/* The maps of a struct tables, all alike; for diff.c only. */
#ifndef TABLES_VIEW_H
#define TABLES_VIEW_H

#include "tables/tables.h"

struct tables_view {
	const void *first;
	size_t n, size;	 /* entries; bytes of one, at most 64 */
	size_t key_size; /* rows begin with it; 0: an ARRAY */
};

/* Every map but the ring.  Of tables that are all zero: an empty view. */
struct tables_view tables_view(const struct tables *tables, enum plan_map map);

/* Leaves the first n rows. */
void tables_view_cut(struct tables *tables, enum plan_map map, size_t n);

/* An entry; zeros where there is none. */
const void *tables_view_at(const struct tables_view *view, size_t i);

/*
 * The row that has this key, or NULL.  For keys in order: *at is 0 at first and
 * moves on; for keys from the last to the first: *end is rows->n and moves
 * back.
 */
const uint8_t *tables_view_find(const struct tables_view *rows, size_t *at,
				const void *key);
const uint8_t *tables_view_find_back(const struct tables_view *rows,
				     size_t *end, const void *key);

#endif
