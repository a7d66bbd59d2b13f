/* SPDX-License-Identifier: GPL-2.0-only */
#include "metrics/turns.h"

#include <stdbool.h>
#include <time.h>

const double turns_bounds[TURNS_BOUNDS] = {
	0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
};

void turns_add(struct turns *turns, uint64_t usec, uint64_t now_usec)
{
	const double seconds = (double)usec / 1e6;
	unsigned int i = 0;

	while (i < TURNS_BOUNDS && seconds > turns_bounds[i])
		i++;
	turns->counts[i]++;
	turns->seconds += seconds;
	if (now_usec >= turns->period_end_usec) {
		const bool just =
			now_usec - turns->period_end_usec < TURNS_PERIOD_USEC;

		turns->worst_before = just ? turns->worst : 0;
		turns->worst = 0;
		turns->period_end_usec = now_usec + TURNS_PERIOD_USEC;
	}
	if (seconds > turns->worst)
		turns->worst = seconds;
}

double turns_worst(const struct turns *turns)
{
	return turns->worst > turns->worst_before ? turns->worst
						  : turns->worst_before;
}

/*
 * Before each wait.  What sd-event gives for now is when the last wait ended,
 * so that one callback of a turn and the next see the same.
 */
static int on_prepare(sd_event_source *source, void *arg)
{
	struct timespec ts;
	uint64_t woke, now;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	now = (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
	/* More than 0: the loop has not turned yet. */
	if (sd_event_now(sd_event_source_get_event(source), CLOCK_MONOTONIC,
			 &woke) == 0)
		turns_add(arg, now > woke ? now - woke : 0, now);
	return 0;
}

static int on_never(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)source, (void)usec, (void)arg;
	return 0;
}

/* A source that is off would not be asked before each wait. */
int turns_watch(struct turns *turns, sd_event *event)
{
	sd_event_source *source = NULL;
	int err;

	err = sd_event_add_time(event, &source, CLOCK_MONOTONIC, UINT64_MAX, 0,
				on_never, turns);
	if (err >= 0)
		err = sd_event_source_set_prepare(source, on_prepare);
	if (err >= 0)
		err = sd_event_source_set_floating(source, true);
	sd_event_source_unref(source);
	return err < 0 ? err : 0;
}
