/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a listener keeps the loop, and who is served in that time: whoever
 * waits longest, as libmicrohttpd always begins with the same one.
 */
#ifndef HTTP_TURN_H
#define HTTP_TURN_H

#include <stdbool.h>
#include <stdint.h>

#define HTTP_TURN_USEC 2000

struct http_turn {
	uint64_t end_usec; /* CLOCK_MONOTONIC */
	uint64_t round;	   /* in which each is served once */
	bool skipped;	   /* somebody, for whom no time was left */
};

void http_turn_begin(struct http_turn *turn);

/* Then whoever is not served is to come again in the next one. */
bool http_turn_is_over(struct http_turn *turn);

/* Whether it is the turn of who was served in this round last, 0 for never;
 * then it is in this one. */
bool http_turn_take(struct http_turn *turn, uint64_t *round);

#endif
