/* SPDX-License-Identifier: GPL-2.0-only */
#include "instance/own.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "base/breathe.h"
#include "net/nl.h"

#define ROOM_MIN 16

struct search {
	struct own own;
	size_t room;
	const struct model *model;
};

static int add(struct search *search, const struct addr *address)
{
	struct own *own = &search->own;
	const size_t room = search->room ? 2 * search->room : ROOM_MIN;
	struct addr *list = own->address;

	if (own->n == search->room) {
		list = realloc(list, room * sizeof(*list));
		if (!list)
			return -ENOMEM;
		own->address = list;
		search->room = room;
	}
	list[own->n++] = *address;
	return 0;
}

/* Never on a wire: RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3. */
static bool is_loopback(const struct addr *address)
{
	if (address->family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&address->v6);
	return ntohl(address->v4.s_addr) >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET;
}

/* Of its subnet, as fib_add_ifaddr() of net/ipv4/fib_frontend.c has it. */
static bool own_broadcast(const struct nl_address *found, struct addr *out)
{
	if (found->address.family != AF_INET || found->length >= 31 ||
	    !found->length || is_loopback(&found->address))
		return false;
	*out = found->address;
	out->v4.s_addr |= htonl(UINT32_MAX >> found->length);
	return true;
}

static int take(void *arg, const struct nl_address *found)
{
	struct search *search = arg;
	struct addr broadcast;
	const bool alone =
		found->length == (found->address.family == AF_INET6 ? 128 : 32);

	if (own_broadcast(found, &broadcast) &&
	    !model_is_vip(search->model, &broadcast) && add(search, &broadcast))
		return -ENOMEM;
	if (found->in_doubt || is_loopback(&found->address) ||
	    (alone && model_is_vip(search->model, &found->address)))
		return 0;
	return add(search, &found->address);
}

static int compare(const void *a, const void *b)
{
	return addr_compare(a, b);
}

static void sort(struct own *own)
{
	size_t kept = 0;

	if (own->n)
		qsort(own->address, own->n, sizeof(*own->address), compare);
	for (size_t i = 0; i < own->n; i++)
		if (!kept ||
		    addr_compare(&own->address[kept - 1], &own->address[i]))
			own->address[kept++] = own->address[i];
	own->n = kept;
}

/* Those whose answers are translated, each once; from: and who are new. */
static int list_backends(struct search *list, const uint32_t *from)
{
	const struct model *model = list->model;
	size_t number = 1;
	int err = 0;

	for (size_t i = 0; i < model->n_services; i++) {
		const struct model_service *s = &model->services[i];

		for (size_t k = 0; !err && k < s->n_backends; k++, number++)
			if (s->forward == LB_FORWARD_NAT &&
			    !(from && from[number]))
				err = add(list, &s->backends[k].address);
	}
	sort(&list->own);
	return err;
}

/* As a route's "src" may say; or there is nothing else on this host. */
static int take_sources(struct search *search, struct nl *nl,
			const uint32_t *from)
{
	struct search backends = { .model = search->model };
	struct addr source, last = { 0 };
	int err = list_backends(&backends, from);

	for (size_t i = 0; !err && i < backends.own.n; i++) {
		breathe();
		if (nl_source_address(nl, &backends.own.address[i], &source) ||
		    !addr_compare(&source, &last))
			continue;
		err = add(search, &source);
		last = source;
	}
	own_free(&backends.own);
	return err;
}

/* What another model had for the same host; all of it may be none of ours. */
static bool can_take(const struct model *model, const struct own *before)
{
	for (size_t i = 0; i < before->n; i++)
		if (model_is_vip(model, &before->address[i]))
			return false;
	return true;
}

int own_find_new(struct own *own, struct nl *nl, const struct model *model,
		 const struct own *before, const uint32_t *from)
{
	struct search search = { .model = model };
	const bool known = before && from && can_take(model, before);
	int err = nl_addresses(0, take, &search);

	for (size_t i = 0; known && !err && i < before->n; i++)
		err = add(&search, &before->address[i]);
	if (!err)
		err = take_sources(&search, nl, known ? from : NULL);
	if (err) {
		own_free(&search.own);
		return err;
	}
	sort(&search.own);
	*own = search.own;
	return 0;
}

int own_find(struct own *own, struct nl *nl, const struct model *model)
{
	return own_find_new(own, nl, model, NULL, NULL);
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

void own_free(struct own *own)
{
	free(own->address);
	*own = (struct own){ .n = 0 };
}
