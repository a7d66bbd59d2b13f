/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rows that a HASH has no room for, although it is not full: a card's may
 * refuse a key whose bucket is.  Tables without them are what the maps hold;
 * they come again with the next tables.  Pure.
 */
#ifndef REFUSED_H
#define REFUSED_H

#include "tables/tables.h"

#define REFUSED_TEXT_SIZE 256

/* Is this error of emit one of a single row, which others need not wait for? */
bool refused_is_room(int err);

/* Notes a row of that map, key and value together.  0 or -ENOMEM. */
int refused_note(struct tables *tables, enum plan_map map, const void *row,
		 size_t size, int err);

/*
 * Would a row for all ports of its address answer for a port whose own row was
 * refused?
 */
bool refused_hides(const struct tables *tables, enum plan_map map,
		   const void *row);

/*
 * A bucket that answers alone is to ask for rows from now on, and the very row
 * for what it answers was refused: then *held is a bucket that goes on alone.
 * False: it may ask.
 */
bool refused_holds(const struct tables *tables, enum plan_map map,
		   const void *old, void *held);

/*
 * Are answers of this backend, by its number in the plan, translated?  If not,
 * it must get no packets; true where they need not be.
 */
bool refused_answers(const struct tables *tables, uint32_t backend);

/* Row i of those refused, as the configuration's author knows it. */
const char *refused_text(const struct tables *tables, size_t i,
			 char buf[REFUSED_TEXT_SIZE]);

#endif
