/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A backend that is taken out of a nat service still has questions to answer,
 * and only with its entry are these answers the VIP's.  So it first stays,
 * without new flows, and goes when there was time for that.
 */
#include "control/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/claims.h"
#include "config/ports.h"
#include "model/copy.h"
#include "model/match.h"

/* Who is in no service of "to" that he could stay in. */
struct leaving {
	size_t service;			     /* in "to" */
	size_t at;			     /* where he was */
	const struct model_backend *backend; /* in "from" */
	bool replaced;			     /* somebody has his place */
};

struct list {
	struct leaving *who;
	size_t n;
};

static const struct model_service *find_nat(const struct model *model,
					    const char *name, size_t guess)
{
	const struct model_service *found = NULL;

	if (guess < model->n_services &&
	    !strcmp(model->services[guess].name, name))
		found = &model->services[guess];
	for (size_t i = 0; !found && i < model->n_services; i++)
		if (!strcmp(model->services[i].name, name))
			found = &model->services[i];
	return found && found->forward == LB_FORWARD_NAT ? found : NULL;
}

static int note(struct list *list, size_t service, size_t at,
		const struct model_backend *backend)
{
	struct leaving *more = list->who;

	if (list->n % 16 == 0)
		more = reallocarray(more, list->n + 16, sizeof(*more));
	if (!more)
		return -ENOMEM;
	list->who = more;
	more[list->n++] = (struct leaving){ service, at, backend, false };
	return 0;
}

static int find_in(struct list *list, const struct model_service *from,
		   const struct model_service *to, size_t service)
{
	uint32_t *there = calloc(from->n_backends + 1, sizeof(*there));
	int err = there ? model_match_backends(to, 1, from, there) : -ENOMEM;

	for (size_t i = 0; !err && i < from->n_backends; i++)
		if (!there[i])
			err = note(list, service, i, &from->backends[i]);
	free(there);
	return err;
}

static int find_leaving(struct list *list, const struct model *from,
			const struct model *to)
{
	int err = 0;

	for (size_t i = 0; !err && i < to->n_services; i++) {
		const struct model_service *service = &to->services[i], *old;

		if (service->forward != LB_FORWARD_NAT)
			continue;
		old = find_nat(from, service->name, i);
		if (old)
			err = find_in(list, old, service, i);
	}
	return err;
}

/* Of a claim: it is that of the item in the list. */
#define LEAVES UINT32_MAX

static size_t claim(struct config_claim *claims,
		    const struct model_service *service,
		    const struct model_backend *backend, size_t index,
		    size_t item)
{
	struct config_claim it = {
		.address = backend->address,
		.first = backend->port,
		.last = backend->port,
		.service = (uint32_t)index,
		.item = (uint32_t)item,
	};
	size_t n = 0;

	if (backend->port || service->all_ports) {
		claims[n++] = it;
		return n;
	}
	for (size_t i = 0; i < service->n_ports; i++) {
		it.first = service->ports[i].first;
		it.last = service->ports[i].last;
		claims[n++] = it;
	}
	return n;
}

static void note_clash(void *arg, const struct config_claim *earlier,
		       const struct config_claim *later)
{
	struct list *list = arg;

	if (earlier->service == LEAVES)
		list->who[earlier->item].replaced = true;
	if (later->service == LEAVES)
		list->who[later->item].replaced = true;
}

static int compare_addresses(const void *a, const void *b)
{
	return addr_compare(a, b);
}

/* All that are claimed at the addresses of those who leave. */
static size_t claim_all(struct config_claim *claims, const struct list *list,
			const struct model *to, const struct addr *addresses)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += claim(claims + n, &to->services[list->who[i].service],
			   list->who[i].backend, LEAVES, i);
	for (size_t i = 0; i < to->n_services; i++) {
		const struct model_service *s = &to->services[i];

		for (size_t k = 0;
		     s->forward == LB_FORWARD_NAT && k < s->n_backends; k++)
			if (bsearch(&s->backends[k].address, addresses, list->n,
				    sizeof(*addresses), compare_addresses))
				n += claim(claims + n, s, &s->backends[k], i,
					   k);
	}
	return n;
}

static size_t count_claims(const struct list *list, const struct model *to)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += to->services[list->who[i].service].n_ports + 1;
	for (size_t i = 0; i < to->n_services; i++)
		n += to->services[i].n_backends * (to->services[i].n_ports + 1);
	return n;
}

/* Whose answers could be somebody else's, now. */
static int find_replaced(struct list *list, const struct model *to)
{
	struct addr *addresses = calloc(list->n, sizeof(*addresses));
	struct config_claim *claims =
		calloc(count_claims(list, to), sizeof(*claims));
	int err = addresses && claims ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < list->n; i++)
		addresses[i] = list->who[i].backend->address;
	if (!err) {
		qsort(addresses, list->n, sizeof(*addresses),
		      compare_addresses);
		config_claims_check(claims,
				    claim_all(claims, list, to, addresses),
				    note_clash, list);
	}
	free(addresses);
	free(claims);
	return err;
}

static bool has_id(const struct model_service *service,
		   const struct model_server_id *id)
{
	for (size_t i = 0; i < service->n_backends; i++)
		for (size_t k = 0; k < service->backends[i].n_server_ids; k++)
			if (!memcmp(&service->backends[i].server_ids[k], id,
				    sizeof(*id)))
				return true;
	return false;
}

/* Connections with his id are another one's now. */
static bool lost_ids(const struct model_service *service,
		     const struct model_backend *backend)
{
	for (size_t i = 0; i < backend->n_server_ids; i++)
		if (has_id(service, &backend->server_ids[i]))
			return true;
	return false;
}

static size_t count_entries(const struct model *model)
{
	size_t n = 0;

	for (size_t i = 0; i < model->n_services; i++) {
		const struct model_service *s = &model->services[i];
		size_t ports = s->all_ports;

		for (size_t p = 0; p < s->n_ports; p++)
			ports += s->ports[p].last - s->ports[p].first + 1U;
		for (size_t k = 0;
		     s->forward == LB_FORWARD_NAT && k < s->n_backends; k++)
			n += s->backends[k].port ? 1 : ports;
	}
	return n;
}

/* Where they were, so that the plan stays the same if nothing else changes. */
static int keep(const struct list *list, struct model *to, size_t *n)
{
	int err = 0;

	for (size_t i = 0; !err && i < list->n; i++) {
		struct model_service *service =
			&to->services[list->who[i].service];
		struct model_backend backend = *list->who[i].backend;

		if (list->who[i].replaced || lost_ids(service, &backend) ||
		    service->n_backends >= MODEL_BACKENDS_MAX)
			continue;
		backend.drain = true;
		backend.weight = 0;
		err = model_backend_add(service, list->who[i].at, &backend);
		++*n;
	}
	return err;
}

int control_linger(const struct model *from, struct model *to, size_t *n)
{
	struct list list = { .n = 0 };
	int err = find_leaving(&list, from, to);

	*n = 0;
	if (!err && list.n)
		err = find_replaced(&list, to);
	if (!err && list.n && count_entries(to) + list.n <= CONFIG_LOOKUP_MAX)
		err = keep(&list, to, n);
	free(list.who);
	return err;
}

void control_forget_leaving(struct model *model)
{
	for (size_t i = 0; i < model->n_services; i++)
		for (size_t k = model->services[i].n_backends; k--;)
			if (model_backend_leaves(
				    &model->services[i].backends[k]))
				model_backend_remove(&model->services[i], k);
}
