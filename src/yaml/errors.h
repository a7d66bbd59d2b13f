/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is wrong with a configuration, or with a request to change it: one list
 * of data from where it is found to where it is told.  Only there it becomes
 * text, or JSON.
 */
#ifndef CONFIG_ERRORS_H
#define CONFIG_ERRORS_H

#include <stdbool.h>
#include <stddef.h>

struct config_error {
	size_t line;	  /* of the file, from 1; 0: of none */
	bool warning;	  /* what is said of can be used all the same */
	const char *path; /* "services[1].backends[0].port"; "": the whole of
			   * it; NULL: it is about no part of what was given */
	const char *text; /* a sentence: what is wrong, what was expected */
};

struct config_errors;

/* So many are kept; of any further ones only the number is told. */
#define CONFIG_ERRORS_MAX 1000

/* NULL without memory.  file is copied; NULL: what is judged is in none. */
struct config_errors *config_errors_new(const char *file);
void config_errors_free(struct config_errors *errors); /* NULL is fine */

/*
 * A mistake at or below the path of an earlier one is left out: it would be a
 * consequence of that one.
 */
void config_errors_add(struct config_errors *errors, size_t line,
		       const char *path, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void config_errors_warn(struct config_errors *errors, size_t line,
			const char *path, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for who returns err: makes *errors where it is NULL. */
int config_errors_refuse(struct config_errors **errors, int err,
			 const char *path, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Something could not be kept: config_errors_finish() will say so. */
void config_errors_no_memory(struct config_errors *errors);

/* Whether there is a mistake (no warning) at all; at path or below it. */
bool config_errors_any(const struct config_errors *errors);
bool config_errors_within(const struct config_errors *errors, const char *path);

/* Into the order of the file.  0, or -ENOMEM if a message could not be kept. */
int config_errors_finish(struct config_errors *errors);

/* Valid until config_errors_free(); 0 of NULL. */
size_t config_errors_count(const struct config_errors *errors);
const struct config_error *config_errors_get(const struct config_errors *errors,
					     size_t i);
const char *config_errors_file(const struct config_errors *errors);

/* For people, in one line: "FILE:LINE: PATH: what is wrong, ...". */
const char *config_errors_text(const struct config_errors *errors, size_t i);
bool config_errors_is_warning(const struct config_errors *errors, size_t i);

#define CONFIG_QUOTED_SIZE 64

/*
 * What the user wrote, as messages show it: in quotes, in one line, without
 * control characters, shortened.  Returns buf.
 */
const char *config_errors_quote(const char *text, char buf[CONFIG_QUOTED_SIZE]);

#endif
