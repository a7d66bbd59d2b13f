/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where lines go.  At first to standard error, however long that takes.  Of a
 * daemon nothing may wait for who reads its log: then lines that nobody takes
 * are kept, LOG_OUT_KEPT bytes of them, and what comes after those is dropped
 * and counted.
 */
#ifndef LOG_OUT_H
#define LOG_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_OUT_KEPT 131072

/*
 * No call here waits from now on, also not for a terminal or for a pipe that
 * others write to.  The flags of standard error, which the terminal and other
 * processes share, stay as they are.
 */
void log_out_never_wait(void);

/* A whole line. */
void log_out(const char *line, size_t length);

/* What was kept, as much as is taken now.  Whether nothing is left. */
bool log_out_flush(void);

/* Lines, in all. */
uint64_t log_out_dropped(void);

/* As at the start. */
void log_out_reset(void);

#endif
