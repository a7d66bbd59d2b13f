/* SPDX-License-Identifier: GPL-2.0-only */
#include "health/away.h"

static void add(struct health_away *away, uint64_t from_us, uint64_t to_us)
{
	if (to_us > from_us && to_us - from_us > HEALTH_AWAY_MIN_US)
		away->total_us += to_us - from_us;
}

void health_away_wake(struct health_away *away, uint64_t now_us)
{
	if (away->awake_us || !away->asleep_us || now_us < away->asleep_us)
		return;
	away->awake_us = now_us;
	/* What is due already is woken for at once. */
	if (away->due_us < away->asleep_us)
		away->due_us = away->asleep_us;
	add(away, away->due_us, now_us);
}

void health_away_sleep(struct health_away *away, uint64_t now_us,
		       uint64_t due_us)
{
	if (away->awake_us)
		add(away, away->awake_us, now_us);
	*away = (struct health_away){
		.asleep_us = now_us,
		.due_us = due_us,
		.total_us = away->total_us,
	};
}
