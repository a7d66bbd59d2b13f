/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One line per event, to standard error.  On a terminal or in a file:
 * "[2026-01-31 12:00:00,123] [INFO] text"; under systemd: "<6>text".
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

/* Looks at the environment for systemd's journal; verbose shows log_debug(). */
void log_init(bool verbose);

/* All take printf's format, add the newline, and leave errno as it was. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
