/* SPDX-License-Identifier: GPL-2.0-only */
/* The differential fuzz: engines against each other and the reference. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>

/*
 * Runs so many packets (0: until interrupted) over new tables now and then,
 * half of them mutated, in `jobs` processes of successive seeds; prints TAP and
 * figures.  Returns an exit status.
 */
int fuzz_run(uint64_t packets, uint64_t seed, unsigned int jobs);

#endif
