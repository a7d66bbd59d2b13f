/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One line per event, to standard error.  On a terminal or in a file:
 * "[2026-01-31 12:00:00,123] [INFO] text"; under systemd: "<6>text".
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stdint.h>

/* Looks at the environment for systemd's journal; verbose shows log_debug(). */
void log_init(bool verbose);

/*
 * For a daemon: from now on no line waits for who reads it; what nobody takes
 * is kept for a while, and what is too much dropped and counted.  Lines with
 * the same format are held back where there are more than a hundred in a
 * second, and summed up by log_tick(), once a second.
 */
void log_run_calmly(void);
void log_tick(void);

/* Lines that nobody took, in all. */
uint64_t log_dropped(void);

/* All take printf's format, add the newline, and leave errno as it was. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
