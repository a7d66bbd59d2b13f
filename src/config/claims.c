/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/claims.h"

#include <stdlib.h>

static int compare_position(const struct config_claim *a,
			    const struct config_claim *b)
{
	if (a->service != b->service)
		return a->service < b->service ? -1 : 1;
	return a->item < b->item ? -1 : a->item > b->item;
}

static int compare_claims(const void *x, const void *y)
{
	const struct config_claim *a = x, *b = y;
	int order = addr_compare(&a->address, &b->address);

	if (order)
		return order;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return compare_position(a, b);
}

/*
 * In sorted order a claim overlaps an earlier one if and only if it begins
 * before the furthest end so far.
 */
void config_claims_check(struct config_claim *claims, size_t n,
			 config_clash_fn fn, void *arg)
{
	const struct config_claim *furthest = claims;

	if (!n)
		return;
	qsort(claims, n, sizeof(*claims), compare_claims);
	for (const struct config_claim *c = claims + 1; c < claims + n; c++) {
		bool same = !addr_compare(&c->address, &furthest->address);

		if (same && c->first <= furthest->last) {
			if (compare_position(furthest, c) < 0)
				fn(arg, furthest, c);
			else
				fn(arg, c, furthest);
		}
		if (!same || c->last > furthest->last)
			furthest = c;
	}
}

const struct config_claim *config_claims_find(const struct config_claim *claims,
					      size_t n,
					      const struct addr *address)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (addr_compare(&claims[middle].address, address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return claims + low;
}
