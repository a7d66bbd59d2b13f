/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The list of mistakes that config.h hands out, while it grows.  Lines count
 * from 1; line 0 stands for the file as a whole.
 */
#ifndef CONFIG_ERRORS_H
#define CONFIG_ERRORS_H

#include "config/config.h"

/* So many are kept; of any further ones only the number is told. */
#define CONFIG_ERRORS_MAX 1000

/* NULL without memory.  file is copied. */
struct config_errors *config_errors_new(const char *file);

/*
 * path may be "".  A mistake at or below the path of an earlier one is left
 * out: it would be a consequence of that one.
 */
void config_errors_add(struct config_errors *errors, size_t line,
		       const char *path, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void config_errors_warn(struct config_errors *errors, size_t line,
			const char *path, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Whether there is a mistake (no warning) at all; at path or below it. */
bool config_errors_any(const struct config_errors *errors);
bool config_errors_within(const struct config_errors *errors, const char *path);

/* Into the order of the file.  0, or -ENOMEM if a message could not be kept. */
int config_errors_finish(struct config_errors *errors);

#define CONFIG_QUOTED_SIZE 64

/*
 * What the user wrote, as messages show it: in quotes, in one line, without
 * control characters, shortened.  Returns buf.
 */
const char *config_errors_quote(const char *text, char buf[CONFIG_QUOTED_SIZE]);

#endif
