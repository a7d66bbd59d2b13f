/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Models are compared field by field.  What differs in a service, or outside of
 * all, is told line by line as print.c prints it: so the sentences have
 * the words of the file.
 */
#include "config/changes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/print.h"
#include "health/check.h"

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

static int compare_backends(const void *a, const void *b)
{
	const struct model_backend *const *x = a, *const *y = b;

	return model_backend_compare(*x, *y);
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

static bool same_addr(const struct addr *a, const struct addr *b)
{
	return !addr_compare(a, b);
}

static bool same_server_ids(const struct model_backend *a,
			    const struct model_backend *b)
{
	bool same = a->n_server_ids == b->n_server_ids;

	for (size_t i = 0; same && i < a->n_server_ids; i++) {
		const struct model_server_id *x = &a->server_ids[i];
		const struct model_server_id *y = &b->server_ids[i];

		same = x->config == y->config && x->length == y->length &&
		       !memcmp(x->bytes, y->bytes, x->length);
	}
	return same;
}

bool config_changes_same_backend(const struct model_backend *a,
				 const struct model_backend *b)
{
	return !model_backend_compare(a, b) && a->has_mac == b->has_mac &&
	       (!a->has_mac || !memcmp(a->mac, b->mac, MAC_LEN)) &&
	       same_server_ids(a, b);
}

static void tell_backend(struct changes *c, const struct model_backend *from,
			 const struct model_backend *to)
{
	char name[ENDPOINT_STRLEN];

	if (!to) {
		tell(c, "backend %s: removed", model_backend_name(from, name));
		return;
	}
	model_backend_name(to, name);
	if (!from) {
		tell(c, "backend %s: added", name);
		return;
	}
	if (!config_changes_same_backend(from, to))
		tell(c, "backend %s: mac or server_id changed", name);
	if (!same_addr(&from->health_address, &to->health_address))
		tell(c, "backend %s: health_address changed", name);
	if (from->weight != to->weight)
		tell(c, "backend %s: weight %u -> %u", name, from->weight,
		     to->weight);
	if (from->drain != to->drain)
		tell(c, "backend %s: %s", name,
		     to->drain ? "drained" : "not drained any more");
}

int config_changes_backend(const char *service,
			   const struct model_backend *from,
			   const struct model_backend *to, config_change_fn fn,
			   void *arg)
{
	struct changes c = { .tell = fn, .arg = arg, .service = service };

	tell_backend(&c, from, to);
	return c.failed ? -ENOMEM : 0;
}

static bool same_ports(const struct model_service *a,
		       const struct model_service *b)
{
	bool same = a->all_ports == b->all_ports && a->n_ports == b->n_ports;

	for (size_t i = 0; same && i < a->n_ports; i++)
		same = a->ports[i].first == b->ports[i].first &&
		       a->ports[i].last == b->ports[i].last;
	return same;
}

static bool same_prefix(const struct model_prefix *a,
			const struct model_prefix *b)
{
	return same_addr(&a->address, &b->address) && a->length == b->length;
}

static bool same_filters(const struct model_service *a,
			 const struct model_service *b)
{
	bool same = a->n_filters == b->n_filters &&
		    a->deny_others == b->deny_others;

	for (size_t i = 0; same && i < a->n_filters; i++)
		same = a->filters[i].deny == b->filters[i].deny &&
		       same_prefix(&a->filters[i].prefix,
				   &b->filters[i].prefix);
	return same;
}

/* But for health and backends. */
static bool same_service(const struct model_service *a,
			 const struct model_service *b)
{
	return !strcmp(a->name, b->name) &&
	       same_addr(&a->address, &b->address) && same_ports(a, b) &&
	       a->balance == b->balance && a->forward == b->forward &&
	       same_filters(a, b) && a->answer_ping == b->answer_ping &&
	       a->drop_malformed == b->drop_malformed &&
	       a->tell_unreachable == b->tell_unreachable &&
	       a->fail_open == b->fail_open && a->ring_size == b->ring_size &&
	       a->sticky_s == b->sticky_s;
}

static bool same_tunnel(const struct model_tunnel *a,
			const struct model_tunnel *b)
{
	return same_addr(&a->source4, &b->source4) &&
	       same_addr(&a->source6, &b->source6) &&
	       same_prefix(&a->spread4, &b->spread4) &&
	       same_prefix(&a->spread6, &b->spread6) && a->mtu == b->mtu &&
	       a->too_big_per_second == b->too_big_per_second;
}

static bool same_direct(const struct model *a, const struct model *b)
{
	bool same = a->n_direct == b->n_direct;

	for (size_t i = 0; same && i < a->n_direct; i++)
		same = same_prefix(&a->direct[i], &b->direct[i]);
	return same;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : !a && !b;
}

/* But for the services, and what changes without other tables. */
static bool same_top(const struct model *a, const struct model *b)
{
	return !strcmp(a->interface, b->interface) && a->mode == b->mode &&
	       a->latency == b->latency && a->flows == b->flows &&
	       same_addr(&a->gateway, &b->gateway) &&
	       same_addr(&a->gateway6, &b->gateway6) && same_direct(a, b) &&
	       same_tunnel(&a->tunnel, &b->tunnel) &&
	       a->presence.announce == b->presence.announce &&
	       a->presence.interval_ms == b->presence.interval_ms &&
	       a->presence.assign == b->presence.assign &&
	       same_addr(&a->metrics_address, &b->metrics_address) &&
	       a->metrics_port == b->metrics_port &&
	       same_text(a->admin_socket, b->admin_socket);
}

/* Who leaves was told of when it was taken out. */
static void compare_service(struct changes *c, const struct model_service *from,
			    const struct model_service *to)
{
	const size_t size = sizeof(*from->backends);
	const void **old =
		sort(from->backends, from->n_backends, size, compare_backends);
	const void **new =
		sort(to->backends, to->n_backends, size, compare_backends);

	c->failed |= !old || !new;
	if (!same_service(from, to) ||
	    !health_check_same(&from->health, &to->health))
		compare(c, print_service, from, to);
	for (size_t i = 0; old && i < to->n_backends; i++) {
		const struct model_backend *is = &to->backends[i];
		const struct model_backend *was =
			find(old, from->n_backends, is, compare_backends);

		if (was && model_backend_leaves(was))
			was = NULL;
		if (!model_backend_leaves(is))
			tell_backend(c, was, is);
	}
	for (size_t i = 0; new &&i < from->n_backends; i++)
		if (!model_backend_leaves(&from->backends[i]) &&
		    !find(new, to->n_backends, &from->backends[i],
			  compare_backends))
			tell_backend(c, &from->backends[i], NULL);
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

	if (!same_top(from, to) || from->persist != to->persist ||
	    from->metrics_shown != to->metrics_shown ||
	    from->metrics_api != to->metrics_api)
		compare(&c, print_top, from, to);
	compare_all_services(&c, from, to);
	return c.failed ? -ENOMEM : 0;
}

bool config_changes_same_services(const struct model *a, const struct model *b)
{
	bool same = same_top(a, b) && a->n_services == b->n_services;

	for (size_t i = 0; same && i < a->n_services; i++)
		same = same_service(&a->services[i], &b->services[i]);
	return same;
}

bool config_changes_none_of_shape(const struct model *a, const struct model *b)
{
	bool same = config_changes_same_services(a, b);

	for (size_t i = 0; same && i < a->n_services; i++) {
		const struct model_service *x = &a->services[i];
		const struct model_service *y = &b->services[i];

		same = x->n_backends == y->n_backends;
		for (size_t k = 0; same && k < x->n_backends; k++)
			same = config_changes_same_backend(&x->backends[k],
							   &y->backends[k]);
	}
	return same;
}
