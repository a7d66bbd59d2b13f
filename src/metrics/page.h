/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page of all metrics, made piece by piece: with very many backends it is
 * tens of megabytes, and the loop does other things in between.
 */
#ifndef METRICS_PAGE_H
#define METRICS_PAGE_H

#include "metrics/snapshot.h"

/* With METRICS_DOWN, series of so many backends at most: else the page would be
 * largest when least can be spared. */
#define METRICS_DOWN_MAX 1000

struct metrics_page;

/* 0 or -ENOMEM. */
int metrics_page_begin(struct metrics_page **out, const struct snapshot *s);
void metrics_page_free(struct metrics_page *page); /* NULL is fine */

/*
 * The next piece, some kilobytes, is valid until the next call.  Always the
 * same snapshot, which may have become another one: where its generation did,
 * the page goes on behind who was told of last.  1: there is more; 0: that was
 * all; or -ENOMEM.
 */
int metrics_page_next(struct metrics_page *page, const struct snapshot *s,
		      const char **text, size_t *length);

#endif
