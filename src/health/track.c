/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A backend that dies just after a good answer is asked for the first time an
 * interval later, and the last of `fall` timeouts ends a timeout after its
 * probe began.  With an interval between all of them that would be
 * interval x fall + timeout.  Users wait for interval x fall only, so the
 * probes after a first failure follow each other sooner, exactly as much as is
 * needed; where that is not enough (a single failure is enough to be down, or
 * the timeout is long) all probes do.
 *
 * Each check keeps to a grid of its own, which its index chose: a loop that was
 * late does not make checks meet, and the golden ratio spreads the indices of
 * any stretch evenly.
 */
#include "health/track.h"

#include <limits.h>

#define GOLDEN_RATIO 2654435769U /* 2^32 / 1.618... */
#define PUNCTUAL_US  5000

static void set_pace(struct health_track *track, uint64_t interval_us)
{
	const uint64_t slack_us = (uint64_t)HEALTH_SLACK_MS * 1000;
	const uint64_t fall = track->fall, timeout_us = track->timeout_us;
	const uint64_t all_us = fall * interval_us + slack_us;

	track->usual_us = all_us - fall * timeout_us;
	if (track->usual_us > interval_us)
		track->usual_us = interval_us;
	track->doubt_us = track->usual_us;
	if (fall > 1)
		track->doubt_us =
			(all_us - timeout_us - track->usual_us) / (fall - 1);
	if (track->doubt_us > interval_us)
		track->doubt_us = interval_us;
}

void health_track_start(struct health_track *track,
			const struct model_health *check, uint32_t index,
			bool up, uint64_t now_us)
{
	const uint32_t phase = index * GOLDEN_RATIO;

	*track = (struct health_track){
		.rise = check->rise,
		.fall = check->fall,
		.timeout_us = (uint64_t)check->timeout_ms * 1000,
		.unasked_fails = check->skipped_fails,
		.up = up,
		.since_us = now_us,
	};
	set_pace(track, (uint64_t)check->interval_ms * 1000);
	track->due_us = now_us + ((phase * track->usual_us) >> 32);
}

uint64_t health_track_next_us(const struct health_track *track)
{
	return track->running ? track->deadline_us : track->due_us;
}

/* Where it is nearer to the next of its times than to this one, it waits for
 * that; once, as a loop may be so late for ever. */
static bool is_for_next(struct health_track *track, uint64_t now_us)
{
	const uint64_t step_us = track->usual_us;
	const uint64_t late_us = (now_us - track->due_us) % step_us;

	if (track->postponed || late_us <= step_us / 2)
		return false;
	track->postponed = true;
	track->due_us = now_us - late_us + step_us;
	return true;
}

enum health_todo health_track_todo(struct health_track *track, uint64_t now_us)
{
	if (now_us < health_track_next_us(track))
		return HEALTH_WAIT;
	if (track->running)
		return HEALTH_GIVE_UP;
	return is_for_next(track, now_us) ? HEALTH_WAIT : HEALTH_BEGIN;
}

/* What is late by a little ends as if it were not, so that it does not add up;
 * what is late by more gets all of its time. */
void health_track_begin(struct health_track *track, uint64_t now_us)
{
	uint64_t from_us = track->due_us;

	if (now_us > from_us + PUNCTUAL_US)
		from_us = now_us;
	track->running = true;
	track->postponed = false;
	track->deadline_us = from_us + track->timeout_us;
}

/* Probes that were missed are not made up for. */
static void plan_next(struct health_track *track, uint64_t now_us)
{
	const bool doubt = track->up && track->bad;
	const uint64_t step_us = doubt ? track->doubt_us : track->usual_us;

	track->running = false;
	track->due_us += step_us;
	if (track->due_us < now_us)
		track->due_us += (now_us - track->due_us) / step_us * step_us;
}

static bool turn(struct health_track *track, bool up, uint64_t now_us,
		 uint64_t *lasted_us)
{
	if (track->up == up)
		return false;
	*lasted_us = now_us - track->since_us;
	track->up = up;
	track->since_us = now_us;
	return true;
}

unsigned int health_track_unasked_max(const struct health_track *track)
{
	return HEALTH_UNASKED * track->fall;
}

static bool skip(struct health_track *track, uint64_t now_us,
		 uint64_t *lasted_us)
{
	if (track->unasked < UINT_MAX)
		track->unasked++;
	if (!track->unasked_fails ||
	    track->unasked < health_track_unasked_max(track))
		return false;
	track->good = 0;
	return turn(track, false, now_us, lasted_us);
}

bool health_track_end(struct health_track *track, enum health_verdict verdict,
		      uint64_t now_us, uint64_t *lasted_us)
{
	bool turned = false;

	if (verdict != HEALTH_SKIPPED)
		track->unasked = 0;
	switch (verdict) {
	case HEALTH_GOOD:
		track->total++;
		track->good++;
		track->bad = 0;
		if (track->good >= track->rise)
			turned = turn(track, true, now_us, lasted_us);
		break;
	case HEALTH_BAD:
		track->total++;
		track->failed++;
		track->bad++;
		track->good = 0;
		if (track->bad >= track->fall)
			turned = turn(track, false, now_us, lasted_us);
		break;
	case HEALTH_SKIPPED:
		track->skipped++;
		turned = skip(track, now_us, lasted_us);
		break;
	}
	plan_next(track, now_us);
	return turned;
}

bool health_track_lost(struct health_track *track, uint64_t now_us,
		       uint64_t *lasted_us)
{
	const bool turned = turn(track, false, now_us, lasted_us);

	track->good = 0;
	if (track->running)
		plan_next(track, now_us);
	return turned;
}
