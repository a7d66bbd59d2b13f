/* SPDX-License-Identifier: GPL-2.0-only */
#include "http/turn.h"

#include <time.h>

static uint64_t now_usec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void http_turn_begin(struct http_turn *turn)
{
	turn->end_usec = now_usec() + HTTP_TURN_USEC;
	if (!turn->skipped)
		turn->round++;
	turn->skipped = false;
}

bool http_turn_is_over(struct http_turn *turn)
{
	const bool over = now_usec() >= turn->end_usec;

	turn->skipped |= over;
	return over;
}

bool http_turn_take(struct http_turn *turn, uint64_t *round)
{
	if (*round == turn->round || http_turn_is_over(turn))
		return false;
	*round = turn->round;
	return true;
}
