/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/address.h"

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
	int order =
		config_address_compare(&x->filter.prefix, &y->filter.prefix);

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
	config_value_fail(place, key,
			  "is an %s prefix, but the service's address is %s, "
			  "and so are its clients'; expected one of these",
			  config_address_family(prefix->address.family),
			  config_address_family(vip->family));
	return false;
}

/* Returns how many were added. */
static size_t read_list(const struct config_place *place, char **texts,
			unsigned int n, bool deny, const struct addr *vip,
			struct listed *to)
{
	struct listed *end = to;
	char key[KEY_SIZE];

	for (unsigned int i = 0; i < n; i++) {
		*end = (struct listed){ .filter.deny = deny, .item = i };
		snprintf(key, sizeof(key), "%s[%u]", list_name(end), i);
		if (config_address_prefix(place, key, texts[i], AF_UNSPEC,
					  &end->filter.prefix) &&
		    check_family(place, key, &end->filter.prefix, vip))
			end++;
	}
	return (size_t)(end - to);
}

static void tell_twice(const struct config_place *place,
		       const struct listed *earlier, const struct listed *later)
{
	char key[KEY_SIZE], prefix[CONFIG_PREFIX_SIZE];

	snprintf(key, sizeof(key), "%s[%u]", list_name(later), later->item);
	config_address_format(&later->filter.prefix, prefix);
	if (earlier->filter.deny == later->filter.deny)
		config_value_fail(place, key,
				  "%s is %s[%u] as well; remove one", prefix,
				  list_name(earlier), earlier->item);
	else
		config_value_fail(place, key,
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

		if (!config_address_compare(last, this))
			tell_twice(place, &listed[i - 1], &listed[i]);
		lengths += last->length != this->length;
	}
	if (lengths > LB_FILTER_LENGTHS)
		config_value_fail(place, listed->filter.deny ? "deny" : "allow",
				  "the service's prefixes have %zu different "
				  "lengths; expected at most %u, as each is a "
				  "look-up for every packet",
				  lengths, LB_FILTER_LENGTHS);
}

static int keep(const struct listed *listed, size_t n,
		struct model_service *out)
{
	if (!n)
		return 0;
	out->filters = calloc(n, sizeof(*out->filters));
	if (!out->filters)
		return -ENOMEM;
	out->n_filters = n;
	for (size_t i = 0; i < n; i++)
		out->filters[i] = listed[i].filter;
	return 0;
}

int config_filter_check(const struct config_place *place,
			const struct raw_service *raw,
			struct model_service *out)
{
	size_t room = (size_t)raw->n_allow + raw->n_deny, n;
	struct listed *listed;
	int ret;

	/* Whoever generates the file means nobody by it; we would say all. */
	if (!raw->n_allow && config_value_given(place, "allow"))
		config_value_fail(place, "allow",
				  "expected at least one prefix; remove the "
				  "key to allow everyone");
	out->deny_others = raw->n_allow > 0;
	if (!room)
		return 0;
	listed = calloc(room, sizeof(*listed));
	if (!listed)
		return -ENOMEM;
	n = read_list(place, raw->allow, raw->n_allow, false, &out->address,
		      listed);
	n += read_list(place, raw->deny, raw->n_deny, true, &out->address,
		       listed + n);
	qsort(listed, n, sizeof(*listed), compare_listed);
	check_sorted(place, listed, n);
	ret = keep(listed, n, out);
	free(listed);
	return ret;
}
