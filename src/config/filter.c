/* SPDX-License-Identifier: GPL-2.0-only */
/* Whom a service is for: allow and deny. */
#include "config/service.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/value.h"

#define KEY_SIZE 64

/* A prefix, and which item of its list it is. */
struct listed {
	struct model_filter filter;
	unsigned int item;
};

static const char *list_name(const struct listed *listed)
{
	return listed->filter.deny ? "deny" : "allow";
}

static int compare_listed(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int order = config_prefix_compare(&x->filter.prefix, &y->filter.prefix);

	if (order)
		return order;
	if (x->filter.deny != y->filter.deny)
		return x->filter.deny ? 1 : -1;
	return x->item < y->item ? -1 : x->item > y->item;
}

static bool check_family(const struct config_place *place, const char *key,
			 const struct model_prefix *prefix,
			 const struct addr *vip)
{
	if (!addr_is_set(vip) || vip->family == prefix->address.family)
		return true;
	config_fail(place, key,
		    "is an %s prefix, but the service's address is %s, "
		    "and so are its clients'; expected one of these",
		    config_family_name(prefix->address.family),
		    config_family_name(vip->family));
	return false;
}

/*
 * Adds to what is there, in the order of the list: an item that is none has no
 * address yet, so that each keeps its index.
 */
static int read_filters(const struct config_place *place,
			const struct config_key *key, const char *const *items,
			size_t n, void *to)
{
	struct model_service *service = to;
	struct model_filter *filters;
	bool deny = !strcmp(key->name, "deny");
	char item[KEY_SIZE];

	/* Whoever generates the file means nobody by it; we would say all. */
	if (!n && !deny)
		config_fail(place, key->name,
			    "expected at least one prefix; remove the key to "
			    "allow everyone");
	if (!n)
		return 0;
	service->deny_others |= !deny;
	filters = reallocarray(service->filters, service->n_filters + n,
			       sizeof(*filters));
	if (!filters)
		return -ENOMEM;
	service->filters = filters;
	for (size_t i = 0; i < n; i++) {
		struct model_filter *f = &filters[service->n_filters++];

		*f = (struct model_filter){ .deny = deny };
		snprintf(item, sizeof(item), "%s[%zu]", key->name, i);
		if (config_prefix_read(place, item, items[i], AF_UNSPEC,
				       &f->prefix) &&
		    !check_family(place, item, &f->prefix, &service->address))
			f->prefix.address.family = AF_UNSPEC;
	}
	return 0;
}

static void print_filters(struct config_printer *printer,
			  const struct config_key *key, const void *from)
{
	const struct model_service *service = from;
	bool deny = !strcmp(key->name, "deny");
	char text[CONFIG_PREFIX_SIZE];
	FILE *out = NULL;

	for (size_t i = 0; i < service->n_filters; i++) {
		if (service->filters[i].deny != deny)
			continue;
		if (out)
			fputs(", ", out);
		else
			fputs("[",
			      out = config_printer_key(printer, key->name));
		fprintf(out, "\"%s\"",
			config_prefix_format(&service->filters[i].prefix,
					     text));
	}
	if (out)
		fputs("]", out);
}

const struct config_type config_filters = { .read_list = read_filters,
					    .print = print_filters };

static void tell_twice(const struct config_place *place,
		       const struct listed *earlier, const struct listed *later)
{
	char key[KEY_SIZE], prefix[CONFIG_PREFIX_SIZE];

	snprintf(key, sizeof(key), "%s[%u]", list_name(later), later->item);
	config_prefix_format(&later->filter.prefix, prefix);
	if (earlier->filter.deny == later->filter.deny)
		config_fail(place, key, "%s is %s[%u] as well; remove one",
			    prefix, list_name(earlier), earlier->item);
	else
		config_fail(place, key,
			    "%s is allowed by allow[%u]; expected it in "
			    "one of the two lists",
			    prefix, earlier->item);
}

/* Sorted, equal ones stand together, and lengths descend. */
static void check_sorted(const struct config_place *place,
			 const struct listed *listed, size_t n)
{
	size_t lengths = n > 0;

	for (size_t i = 1; i < n; i++) {
		const struct model_prefix *last = &listed[i - 1].filter.prefix;
		const struct model_prefix *this = &listed[i].filter.prefix;

		if (!config_prefix_compare(last, this))
			tell_twice(place, &listed[i - 1], &listed[i]);
		lengths += last->length != this->length;
	}
	if (lengths > LB_FILTER_LENGTHS)
		config_fail(place, listed->filter.deny ? "deny" : "allow",
			    "the service's prefixes have %zu different "
			    "lengths; expected at most %u, as each is a "
			    "look-up for every packet",
			    lengths, LB_FILTER_LENGTHS);
}

/* Returns how many are prefixes. */
static size_t list_filters(const struct model_service *service,
			   struct listed *listed)
{
	unsigned int items[2] = { 0, 0 };
	size_t n = 0;

	for (size_t i = 0; i < service->n_filters; i++) {
		const struct model_filter *f = &service->filters[i];

		listed[n] = (struct listed){ *f, items[f->deny]++ };
		n += f->prefix.address.family != AF_UNSPEC;
	}
	return n;
}

int config_filters_judge(const struct config_place *place,
			 struct model_service *service)
{
	struct listed *listed;
	size_t n;

	if (!service->n_filters)
		return 0;
	listed = calloc(service->n_filters, sizeof(*listed));
	if (!listed)
		return -ENOMEM;
	n = list_filters(service, listed);
	qsort(listed, n, sizeof(*listed), compare_listed);
	check_sorted(place, listed, n);
	for (size_t i = 0; i < n; i++)
		service->filters[i] = listed[i].filter;
	service->n_filters = n;
	free(listed);
	return 0;
}
