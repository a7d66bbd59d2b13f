/* SPDX-License-Identifier: GPL-2.0-only */
/* Whom a service is for: allow and deny. */
#include "config/service.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/value.h"

#define KEY_SIZE 64

static const char *list_name(const struct model_filter *filter)
{
	return filter->deny ? "deny" : "allow";
}

/* By prefix; one that is in both lists is allowed first. */
static int compare_filters(const void *a, const void *b)
{
	const struct model_filter *const *x = a, *const *y = b;
	int order = config_prefix_compare(&(*x)->prefix, &(*y)->prefix);

	if (!order)
		order = (*x)->deny - (*y)->deny;
	return order ? order : *x < *y ? -1 : *x > *y;
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

/* Which item of its list it is: those of allow come first. */
static size_t item_of(const struct model_service *service,
		      const struct model_filter *filter)
{
	size_t n = 0;

	for (const struct model_filter *f = service->filters; f < filter; f++)
		n += f->deny == filter->deny;
	return n;
}

static void tell_twice(const struct config_place *place,
		       const struct model_service *service,
		       const struct model_filter *earlier,
		       const struct model_filter *later)
{
	char key[KEY_SIZE], prefix[CONFIG_PREFIX_SIZE];

	snprintf(key, sizeof(key), "%s[%zu]", list_name(later),
		 item_of(service, later));
	config_prefix_format(&later->prefix, prefix);
	if (earlier->deny == later->deny)
		config_fail(place, key, "%s is %s[%zu] as well; remove one",
			    prefix, list_name(earlier),
			    item_of(service, earlier));
	else
		config_fail(place, key,
			    "%s is allowed by allow[%zu]; expected it in one "
			    "of the two lists",
			    prefix, item_of(service, earlier));
}

/* Sorted, equal ones stand together, and lengths descend. */
static void check_sorted(const struct config_place *place,
			 const struct model_service *service,
			 const struct model_filter *const *sorted, size_t n)
{
	size_t lengths = n > 0;

	for (size_t i = 1; i < n; i++) {
		const struct model_prefix *last = &sorted[i - 1]->prefix;
		const struct model_prefix *this = &sorted[i]->prefix;

		if (!config_prefix_compare(last, this))
			tell_twice(place, service, sorted[i - 1], sorted[i]);
		lengths += last->length != this->length;
	}
	if (lengths > LB_FILTER_LENGTHS)
		config_fail(place, list_name(sorted[0]),
			    "the service's prefixes have %zu different "
			    "lengths; expected at most %u, as each is a "
			    "look-up for every packet",
			    lengths, LB_FILTER_LENGTHS);
}

int config_filters_judge(const struct config_place *place,
			 struct model_service *service)
{
	const struct model_filter **sorted;
	struct model_filter *filters;
	size_t n = 0;

	if (!service->n_filters)
		return 0;
	sorted = calloc(service->n_filters, sizeof(*sorted));
	filters = calloc(service->n_filters, sizeof(*filters));
	if (!sorted || !filters) {
		free(sorted);
		free(filters);
		return -ENOMEM;
	}
	for (size_t i = 0; i < service->n_filters; i++)
		if (service->filters[i].prefix.address.family)
			sorted[n++] = &service->filters[i];
	qsort(sorted, n, sizeof(*sorted), compare_filters);
	check_sorted(place, service, sorted, n);
	for (size_t i = 0; i < n; i++)
		filters[i] = *sorted[i];
	free(service->filters);
	free(sorted);
	service->filters = filters;
	service->n_filters = n;
	return 0;
}
