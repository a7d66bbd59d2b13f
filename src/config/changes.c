/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Models are compared as print.c prints them, line by line: what can be
 * written can be compared, and no key can be forgotten in one place only.
 */
#include "config/changes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "model/copy.h"
#include "config/print.h"

struct changes {
	config_change_fn tell;
	void *arg;
	bool failed;	     /* no memory */
	const char *service; /* that it is about; NULL: none */
};

static void __attribute__((format(printf, 2, 3)))
tell(struct changes *c, const char *format, ...)
{
	char *what = NULL, *sentence = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&what, format, args);
	va_end(args);
	if (n < 0) {
		c->failed = true;
		return;
	}
	if (!c->service)
		c->tell(c->arg, what);
	else if (asprintf(&sentence, "service %s: %s", c->service, what) < 0)
		c->failed = true;
	else
		c->tell(c->arg, sentence);
	if (c->service && !c->failed)
		free(sentence);
	free(what);
}

/* The line of text that begins with the key, up to its end; NULL: none. */
static const char *find_line(const char *text, const char *key, size_t length)
{
	while (strncmp(text, key, length) != 0) {
		text = strchr(text, '\n');
		if (!text || !*++text)
			return NULL;
	}
	return text;
}

static int line_length(const char *line)
{
	return (int)strcspn(line, "\n");
}

/* Lines of "to" that are new or other than in "from". */
static void tell_lines(struct changes *c, const char *from, const char *to)
{
	for (; *to; to += line_length(to) + 1) {
		int key = (int)strcspn(to, ":");
		const char *value = to + key + 2, *old;

		old = find_line(from, to, (size_t)key + 1);
		if (!old)
			tell(c, "%.*s: now %.*s", key, to, line_length(value),
			     value);
		else if (line_length(old) != line_length(to) ||
			 memcmp(old, to, (size_t)line_length(to)) != 0)
			tell(c, "%.*s: %.*s -> %.*s", key, to,
			     line_length(old + key + 2), old + key + 2,
			     line_length(value), value);
	}
}

static void tell_gone_lines(struct changes *c, const char *from, const char *to)
{
	for (; *from; from += line_length(from) + 1) {
		int key = (int)strcspn(from, ":");

		if (!find_line(to, from, (size_t)key + 1))
			tell(c, "%.*s: no more", key, from);
	}
}

typedef void (*print_fn)(FILE *out, const void *what);

static char *print(print_fn fn, const void *what)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		return NULL;
	fn(out, what);
	if (!ferror(out) && !fclose(out))
		return text;
	free(text);
	return NULL;
}

static void compare(struct changes *c, print_fn fn, const void *from,
		    const void *to)
{
	char *old = print(fn, from), *new = print(fn, to);

	if (old && new) {
		tell_lines(c, old, new);
		tell_gone_lines(c, old, new);
	} else {
		c->failed = true;
	}
	free(old);
	free(new);
}

static void print_top(FILE *out, const void *what)
{
	config_print_top(out, what);
}

static void print_service(FILE *out, const void *what)
{
	config_print_service(out, what, "");
}

/* With the braces a line must have a key before them. */
static void print_backend(FILE *out, const void *what)
{
	fprintf(out, "is: {");
	config_print_backend(out, what, false);
	fprintf(out, "}\n");
}

static int compare_backends(const void *a, const void *b)
{
	const struct model_backend *const *x = a, *const *y = b;
	int order = addr_compare(&(*x)->address, &(*y)->address);

	return order ? order : (*x)->port - (*y)->port;
}

static int compare_services(const void *a, const void *b)
{
	const struct model_service *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* Pointers to the n things of a list, in order; NULL without memory. */
static const void **sort(const void *list, size_t n, size_t size,
			 int (*order)(const void *, const void *))
{
	const void **sorted = calloc(n, sizeof(*sorted));

	if (!sorted)
		return NULL;
	for (size_t i = 0; i < n; i++)
		sorted[i] = (const char *)list + i * size;
	qsort(sorted, n, sizeof(*sorted), order);
	return sorted;
}

static const void *find(const void **sorted, size_t n, const void *what,
			int (*order)(const void *, const void *))
{
	const void **at = bsearch(&what, sorted, n, sizeof(*sorted), order);

	return at ? *at : NULL;
}

static void compare_backend(struct changes *c, const struct model_backend *from,
			    const struct model_backend *to)
{
	char name[ENDPOINT_STRLEN];
	char *old = print(print_backend, from), *new = print(print_backend, to);

	model_backend_name(to, name);
	if (!old || !new)
		c->failed = true;
	else if (strcmp(old, new) != 0)
		tell(c, "backend %s: mac or server_id changed", name);
	if (addr_compare(&from->health_address, &to->health_address) != 0)
		tell(c, "backend %s: health_address changed", name);
	if (from->weight != to->weight)
		tell(c, "backend %s: weight %u -> %u", name, from->weight,
		     to->weight);
	if (from->drain != to->drain)
		tell(c, "backend %s: %s", name,
		     to->drain ? "drained" : "not drained any more");
	free(old);
	free(new);
}

static void compare_service(struct changes *c, const struct model_service *from,
			    const struct model_service *to)
{
	const size_t size = sizeof(*from->backends);
	const void **old =
		sort(from->backends, from->n_backends, size, compare_backends);
	const void **new =
		sort(to->backends, to->n_backends, size, compare_backends);
	const struct model_backend *backend;
	char name[ENDPOINT_STRLEN];

	c->failed |= !old || !new;
	compare(c, print_service, from, to);
	for (size_t i = 0; old && i < to->n_backends; i++) {
		backend = find(old, from->n_backends, &to->backends[i],
			       compare_backends);
		if (backend)
			compare_backend(c, backend, &to->backends[i]);
		else
			tell(c, "backend %s: added",
			     model_backend_name(&to->backends[i], name));
	}
	for (size_t i = 0; new &&i < from->n_backends; i++)
		if (!find(new, to->n_backends, &from->backends[i],
			  compare_backends))
			tell(c, "backend %s: removed",
			     model_backend_name(&from->backends[i], name));
	free(old);
	free(new);
}

static void compare_all_services(struct changes *c, const struct model *from,
				 const struct model *to)
{
	const size_t size = sizeof(*from->services);
	const void **old =
		sort(from->services, from->n_services, size, compare_services);
	const void **new =
		sort(to->services, to->n_services, size, compare_services);
	const struct model_service *service;

	c->failed |= !old || !new;
	for (size_t i = 0; old && i < to->n_services; i++) {
		c->service = to->services[i].name;
		service = find(old, from->n_services, &to->services[i],
			       compare_services);
		if (service)
			compare_service(c, service, &to->services[i]);
		else
			tell(c, "added");
	}
	for (size_t i = 0; new &&i < from->n_services; i++) {
		c->service = from->services[i].name;
		if (!find(new, to->n_services, &from->services[i],
			  compare_services))
			tell(c, "removed");
	}
	c->service = NULL;
	free(old);
	free(new);
}

int config_changes(const struct model *from, const struct model *to,
		   config_change_fn fn, void *arg)
{
	struct changes c = { .tell = fn, .arg = arg };

	compare(&c, print_top, from, to);
	compare_all_services(&c, from, to);
	return c.failed ? -ENOMEM : 0;
}

/* What tables and daemon take over while the program runs. */
static void level(struct model *model)
{
	model->persist = false;
	for (size_t i = 0; i < model->n_services; i++) {
		struct model_service *service = &model->services[i];

		memset(&service->health, 0, sizeof(service->health));
		for (size_t k = 0; k < service->n_backends; k++) {
			service->backends[k].weight = 1;
			service->backends[k].drain = false;
			service->backends[k].health_address.family = AF_UNSPEC;
		}
	}
}

static char *print_levelled(const struct model *model)
{
	struct model *copy = model_copy(model);
	char *text = NULL;

	if (!copy)
		return NULL;
	level(copy);
	if (config_print(copy, &text))
		text = NULL;
	model_free(copy);
	return text;
}

int config_changes_none_of_shape(const struct model *a, const struct model *b)
{
	char *x = print_levelled(a), *y = print_levelled(b);
	int same = x && y ? !strcmp(x, y) : -ENOMEM;

	free(x);
	free(y);
	return same;
}
