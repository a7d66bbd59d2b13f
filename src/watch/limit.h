/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many of something a second: a bucket of so many tokens, full again when
 * the next second begins.  What it limits happens elsewhere and is only counted
 * here, afterwards; so more may pass than there are tokens, as many as come
 * between two looks, and then nothing until the second is over.  Pure.
 */
#ifndef LIMIT_H
#define LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct limit {
	uint32_t per_second; /* 0: none at all */
	uint64_t counted;    /* at the last look */
	uint64_t second_ms;  /* when the running second began */
	uint32_t tokens;
};

/* count: of what happened until now, since whenever; now_ms: any clock's. */
void limit_start(struct limit *limit, uint32_t per_second, uint64_t count,
		 uint64_t now_ms);

/* Whether more may happen.  A count that went back starts anew. */
bool limit_allows(struct limit *limit, uint64_t count, uint64_t now_ms);

#endif
