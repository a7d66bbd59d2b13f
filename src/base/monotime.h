/* SPDX-License-Identifier: GPL-2.0-only */
/* The two clocks, in seconds. */
#ifndef MONOTIME_H
#define MONOTIME_H

/* Never set back; what durations are measured with. */
double monotime_now(void);

/* Since 1970; what is shown. */
double monotime_wall(void);

/* When, since 1970, it was boot_ns nanoseconds after boot. */
double monotime_wall_of_boot(double boot_ns);

#endif
