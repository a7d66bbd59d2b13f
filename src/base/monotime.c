/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/monotime.h"

#include <time.h>

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double monotime_now(void)
{
	return seconds(CLOCK_MONOTONIC);
}

double monotime_wall(void)
{
	return seconds(CLOCK_REALTIME);
}

double monotime_wall_of_boot(double boot_ns)
{
	return seconds(CLOCK_REALTIME) - seconds(CLOCK_BOOTTIME) +
	       boot_ns / 1e9;
}
