/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/errors.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No message is longer; what it quotes is shortened. */
#define MESSAGE_SIZE 512

struct entry {
	size_t line;
	size_t order; /* of discovery, for entries of one line */
	bool warning;
	char *path;
	char *text;
};

struct config_errors {
	char *file;
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
	errors->file = strdup(file);
	/* One more for the sentence about those that were not kept. */
	errors->entries =
		calloc(CONFIG_ERRORS_MAX + 1, sizeof(*errors->entries));
	if (!errors->file || !errors->entries) {
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
		free(errors->entries[i].text);
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
	if (!*path)
		return false;
	for (size_t i = 0; i < errors->n_entries; i++) {
		const struct entry *e = &errors->entries[i];

		if (!e->warning && *e->path && path_within(path, e->path))
			return true;
	}
	return false;
}

static char *compose(const char *file, size_t line, const char *path,
		     const char *message)
{
	const char *colon = *path ? ": " : "";
	char *text;
	int ret;

	if (line)
		ret = asprintf(&text, "%s:%zu: %s%s%s", file, line, path, colon,
			       message);
	else
		ret = asprintf(&text, "%s: %s%s%s", file, path, colon, message);
	return ret < 0 ? NULL : text;
}

static void add(struct config_errors *errors, bool warning, size_t line,
		const char *path, const char *message)
{
	struct entry *e = &errors->entries[errors->n_entries];

	if (errors->n_entries == CONFIG_ERRORS_MAX) {
		errors->unkept++;
		return;
	}
	if (is_consequence(errors, path))
		return;
	*e = (struct entry){
		.line = line,
		.order = errors->n_entries,
		.warning = warning,
		.path = strdup(path),
		.text = compose(errors->file, line, path, message),
	};
	if (!e->path || !e->text) {
		errors->no_memory = true;
		free(e->path);
		free(e->text);
		return;
	}
	errors->n_entries++;
}

void config_errors_add(struct config_errors *errors, size_t line,
		       const char *path, const char *format, ...)
{
	char message[MESSAGE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	add(errors, false, line, path, message);
	errors->any = true;
}

void config_errors_warn(struct config_errors *errors, size_t line,
			const char *path, const char *format, ...)
{
	char message[MESSAGE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	add(errors, true, line, path, message);
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
		const struct entry *e = &errors->entries[i];

		if (!e->warning && path_within(e->path, path))
			return true;
	}
	return false;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void tell_unkept(struct config_errors *errors)
{
	struct entry *e = &errors->entries[errors->n_entries];

	*e = (struct entry){ .path = strdup("") };
	if (asprintf(&e->text, "%s: %zu more are not shown", errors->file,
		     errors->unkept) < 0)
		e->text = NULL;
	errors->n_entries++;
	if (!e->path || !e->text)
		errors->no_memory = true;
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

const char *config_errors_text(const struct config_errors *errors, size_t i)
{
	return errors->entries[i].text;
}

bool config_errors_is_warning(const struct config_errors *errors, size_t i)
{
	return errors->entries[i].warning;
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
