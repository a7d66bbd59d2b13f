/* SPDX-License-Identifier: GPL-2.0-only */
#include "watch/limit.h"

#define SECOND_MS 1000

void limit_start(struct limit *limit, uint32_t per_second, uint64_t count,
		 uint64_t now_ms)
{
	*limit = (struct limit){
		.per_second = per_second,
		.counted = count,
		.second_ms = now_ms,
		.tokens = per_second,
	};
}

bool limit_allows(struct limit *limit, uint64_t count, uint64_t now_ms)
{
	uint64_t used = 0;

	if (count > limit->counted)
		used = count - limit->counted;
	limit->counted = count;
	/* Used in a second that is over by now: its tokens paid for it. */
	if (now_ms - limit->second_ms >= SECOND_MS) {
		limit->second_ms =
			now_ms - (now_ms - limit->second_ms) % SECOND_MS;
		limit->tokens = limit->per_second;
	} else {
		limit->tokens -=
			used < limit->tokens ? (uint32_t)used : limit->tokens;
	}
	return limit->tokens > 0;
}
