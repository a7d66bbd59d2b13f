/* SPDX-License-Identifier: GPL-2.0-only */
/* What CPU time was used, as the kernel accounts for it. */
#ifndef CPU_H
#define CPU_H

#include <stdint.h>

/* Busy and all time of all CPUs since boot, in ticks. */
struct cpu_time {
	uint64_t busy, all;
};

/* Zeroes where /proc cannot be read. */
struct cpu_time cpu_time_now(void);

/*
 * Most of the work on packets is done on the CPU time of the thread that sends
 * them, in the softirq after each batch; what is too much for that, by the
 * ksoftirqd processes: theirs, since boot.
 */
double cpu_softirq_seconds(void);

#endif
