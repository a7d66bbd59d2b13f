/* SPDX-License-Identifier: GPL-2.0-only */
#include "instance/own.h"

#include <stdlib.h>

#include "net/nl.h"

#define LOOPBACK 1 /* its index in every network namespace */

struct search {
	struct own *own;
	const struct model *model;
};

static bool is_vip(const struct model *model, const struct addr *address)
{
	for (size_t i = 0; i < model->n_services; i++)
		if (!addr_compare(&model->services[i].address, address))
			return true;
	return false;
}

static int take(void *arg, const struct nl_address *found)
{
	const struct search *search = arg;
	struct own *own = search->own;
	const bool alone =
		found->length == (found->address.family == AF_INET6 ? 128 : 32);

	if (!found->global || own->n == OWN_MAX ||
	    (alone && is_vip(search->model, &found->address)))
		return 0;
	own->address[own->n++] = found->address;
	return 0;
}

static int compare(const void *a, const void *b)
{
	return addr_compare(a, b);
}

int own_find(struct own *own, int ifindex, const struct model *model)
{
	struct search search = { own, model };
	int err;

	*own = (struct own){ .n = 0 };
	err = nl_addresses(ifindex, take, &search);
	if (!err && ifindex != LOOPBACK)
		err = nl_addresses(LOOPBACK, take, &search);
	qsort(own->address, own->n, sizeof(*own->address), compare);
	return err;
}

bool own_same(const struct own *a, const struct own *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (addr_compare(&a->address[i], &b->address[i]) != 0)
			return false;
	return true;
}
