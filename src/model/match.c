/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two models mostly are alike but for a few places: so each backend is first
 * looked for behind the one that was found last.
 */
#include "model/match.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

size_t model_backends(const struct model *model)
{
	size_t n = 0;

	for (size_t i = 0; i < model->n_services; i++)
		n += model->services[i].n_backends;
	return n;
}

static int compare_backends(const void *a, const void *b)
{
	const struct model_backend *const *x = a, *const *y = b;

	return model_backend_compare(*x, *y);
}

/* By address and port; NULL without memory. */
static const struct model_backend **sort(const struct model_service *service)
{
	const size_t n = service->n_backends;
	const struct model_backend **sorted = calloc(n + 1, sizeof(*sorted));

	if (!sorted)
		return NULL;
	for (size_t i = 0; i < n; i++)
		sorted[i] = &service->backends[i];
	qsort(sorted, n, sizeof(*sorted), compare_backends);
	return sorted;
}

int model_match_backends(const struct model_service *from, uint32_t first,
			 const struct model_service *to, uint32_t *out)
{
	const struct model_backend **sorted = NULL, **found, *wanted;
	size_t at = 0;

	for (size_t k = 0; k < to->n_backends; k++) {
		wanted = &to->backends[k];
		if (at < from->n_backends &&
		    !model_backend_compare(&from->backends[at], wanted)) {
			out[k] = first + (uint32_t)at++;
			continue;
		}
		if (!sorted)
			sorted = sort(from);
		if (!sorted)
			return -ENOMEM;
		found = bsearch(&wanted, sorted, from->n_backends,
				sizeof(*sorted), compare_backends);
		out[k] = 0;
		if (!found)
			continue;
		at = (size_t)(*found - from->backends);
		out[k] = first + (uint32_t)at++;
	}
	free(sorted);
	return 0;
}

/* A service, and the number of its first backend. */
struct numbered {
	const struct model_service *service;
	uint32_t first;
};

static int compare_services(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	return strcmp(x->service->name, y->service->name);
}

static struct numbered *number(const struct model *model)
{
	struct numbered *list = calloc(model->n_services + 1, sizeof(*list));
	uint32_t next = 1;

	for (size_t i = 0; list && i < model->n_services; i++) {
		list[i] = (struct numbered){ &model->services[i], next };
		next += (uint32_t)model->services[i].n_backends;
	}
	if (list)
		qsort(list, model->n_services, sizeof(*list), compare_services);
	return list;
}

int model_match(const struct model *from, const struct model *to, uint32_t *out)
{
	struct numbered *list = number(from), *found;
	uint32_t next = 1;
	int err = list ? 0 : -ENOMEM;

	out[0] = 0;
	for (size_t i = 0; !err && i < to->n_services; i++) {
		const struct model_service *service = &to->services[i];
		const struct numbered wanted = { .service = service };

		found = bsearch(&wanted, list, from->n_services, sizeof(*list),
				compare_services);
		if (found)
			err = model_match_backends(found->service, found->first,
						   service, out + next);
		else
			memset(out + next, 0,
			       service->n_backends * sizeof(*out));
		next += (uint32_t)service->n_backends;
	}
	free(list);
	return err;
}
