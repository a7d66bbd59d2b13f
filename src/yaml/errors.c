/* SPDX-License-Identifier: GPL-2.0-only */
#include "yaml/errors.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct config_error error;
	size_t order; /* of discovery, for entries of one line */
	char *path;   /* the error's own, ... */
	char *whole;  /* ... and its text, at the end of the whole line */
};

struct config_errors {
	char *file; /* NULL: none */
	struct entry *entries;
	size_t n_entries;
	size_t unkept; /* beyond CONFIG_ERRORS_MAX */
	bool any;
	bool no_memory;
};

struct config_errors *config_errors_new(const char *file)
{
	struct config_errors *errors = calloc(1, sizeof(*errors));

	if (!errors)
		return NULL;
	errors->file = file ? strdup(file) : NULL;
	/* One more for the sentence about those that were not kept. */
	errors->entries =
		calloc(CONFIG_ERRORS_MAX + 1, sizeof(*errors->entries));
	if ((file && !errors->file) || !errors->entries) {
		config_errors_free(errors);
		return NULL;
	}
	return errors;
}

void config_errors_free(struct config_errors *errors)
{
	if (!errors)
		return;
	for (size_t i = 0; i < errors->n_entries; i++) {
		free(errors->entries[i].path);
		free(errors->entries[i].whole);
	}
	free(errors->entries);
	free(errors->file);
	free(errors);
}

/* "services[1]" is within "services" and itself, but not in "services[10]". */
static bool path_within(const char *path, const char *parent)
{
	size_t length = strlen(parent);

	if (strncmp(path, parent, length) != 0)
		return false;
	return path[length] == '\0' || path[length] == '.' ||
	       path[length] == '[';
}

static bool is_consequence(const struct config_errors *errors, const char *path)
{
	if (!path || !*path)
		return false;
	for (size_t i = 0; i < errors->n_entries; i++) {
		const struct config_error *e = &errors->entries[i].error;

		if (!e->warning && e->path && *e->path &&
		    path_within(path, e->path))
			return true;
	}
	return false;
}

/* "FILE:LINE: PATH: message"; the message begins at *text. */
static char *compose(const char *file, const struct config_error *error,
		     const char *format, va_list args, const char **text)
{
	const char *path = error->path;
	char *whole = NULL;
	size_t size, start;
	FILE *out = open_memstream(&whole, &size);

	if (!out)
		return NULL;
	if (file)
		fprintf(out, "%s:", file);
	if (error->line)
		fprintf(out, "%zu:", error->line);
	fprintf(out, "%s%s%s", file ? " " : "", path ? path : "",
		path && *path ? ": " : "");
	fflush(out);
	start = size;
	vfprintf(out, format, args);
	if (fclose(out)) {
		free(whole);
		return NULL;
	}
	*text = whole + start;
	return whole;
}

static void __attribute__((format(printf, 3, 0)))
add(struct config_errors *errors, struct config_error error, const char *format,
    va_list args)
{
	struct entry *e = &errors->entries[errors->n_entries];

	errors->any |= !error.warning;
	if (errors->n_entries == CONFIG_ERRORS_MAX) {
		errors->unkept++;
		return;
	}
	if (is_consequence(errors, error.path))
		return;
	*e = (struct entry){
		.error = error,
		.order = errors->n_entries,
		.path = error.path ? strdup(error.path) : NULL,
	};
	e->whole = compose(errors->file, &error, format, args, &e->error.text);
	if ((error.path && !e->path) || !e->whole) {
		errors->no_memory = true;
		free(e->path);
		free(e->whole);
		return;
	}
	e->error.path = e->path;
	errors->n_entries++;
}

void config_errors_add(struct config_errors *errors, size_t line,
		       const char *path, const char *format, ...)
{
	const struct config_error error = { .line = line, .path = path };
	va_list args;

	va_start(args, format);
	add(errors, error, format, args);
	va_end(args);
}

void config_errors_warn(struct config_errors *errors, size_t line,
			const char *path, const char *format, ...)
{
	const struct config_error error = { line, true, path, NULL };
	va_list args;

	va_start(args, format);
	add(errors, error, format, args);
	va_end(args);
}

int config_errors_refuse(struct config_errors **errors, int err,
			 const char *path, const char *format, ...)
{
	const struct config_error error = { .path = path };
	va_list args;

	if (!*errors)
		*errors = config_errors_new(NULL);
	if (!*errors)
		return -ENOMEM;
	va_start(args, format);
	add(*errors, error, format, args);
	va_end(args);
	return err;
}

void config_errors_no_memory(struct config_errors *errors)
{
	errors->no_memory = true;
}

bool config_errors_any(const struct config_errors *errors)
{
	return errors->any;
}

bool config_errors_within(const struct config_errors *errors, const char *path)
{
	/* What was not kept may have been anywhere. */
	if (errors->unkept)
		return true;
	for (size_t i = 0; i < errors->n_entries; i++) {
		const struct config_error *e = &errors->entries[i].error;

		if (!e->warning && e->path && path_within(e->path, path))
			return true;
	}
	return false;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->error.line != y->error.line)
		return x->error.line < y->error.line ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void tell_unkept(struct config_errors *errors)
{
	struct entry *e = &errors->entries[errors->n_entries];
	const char *file = errors->file;
	int n = asprintf(&e->whole, "%s%s%zu more are not shown",
			 file ? file : "", file ? ": " : "", errors->unkept);

	if (n < 0) {
		errors->no_memory = true;
		return;
	}
	e->error = (struct config_error){
		.text = file ? e->whole + strlen(file) + 2 : e->whole,
	};
	errors->n_entries++;
}

int config_errors_finish(struct config_errors *errors)
{
	qsort(errors->entries, errors->n_entries, sizeof(*errors->entries),
	      compare_entries);
	if (errors->unkept)
		tell_unkept(errors);
	return errors->no_memory ? -ENOMEM : 0;
}

size_t config_errors_count(const struct config_errors *errors)
{
	return errors ? errors->n_entries : 0;
}

const struct config_error *config_errors_get(const struct config_errors *errors,
					     size_t i)
{
	return &errors->entries[i].error;
}

const char *config_errors_file(const struct config_errors *errors)
{
	return errors->file;
}

const char *config_errors_text(const struct config_errors *errors, size_t i)
{
	return errors->entries[i].whole;
}

bool config_errors_is_warning(const struct config_errors *errors, size_t i)
{
	return errors->entries[i].error.warning;
}

/* Bytes of the control character that text begins with, or 0. */
static size_t control_length(const char *text)
{
	unsigned char c = (unsigned char)text[0];
	unsigned char next = (unsigned char)text[1];

	if (c < ' ' || c == 0x7f)
		return 1;
	/* U+0080 to U+009F in UTF-8: some terminals obey them. */
	return c == 0xc2 && (next & 0xe0) == 0x80 ? 2 : 0;
}

static bool within_character(const char *text)
{
	return ((unsigned char)*text & 0xc0) == 0x80;
}

const char *config_errors_quote(const char *text, char buf[CONFIG_QUOTED_SIZE])
{
	char *to = buf, *end = buf + CONFIG_QUOTED_SIZE - sizeof("...\"");

	*to++ = '"';
	while (*text && to < end) {
		size_t length = control_length(text);

		*to = *text;
		if (length)
			*to = '?';
		to++;
		text += length ? length : 1;
	}
	if (*text) {
		for (; within_character(text); text--)
			to--;
		to = stpcpy(to, "...");
	}
	*to++ = '"';
	*to = '\0';
	return buf;
}
