/* SPDX-License-Identifier: GPL-2.0-only */
#include "model/copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void free_service(struct model_service *service)
{
	for (size_t i = 0; i < service->n_backends; i++)
		free(service->backends[i].server_ids);
	free(service->backends);
	free(service->filters);
	free(service->ports);
	free(service->name);
}

void model_free(struct model *model)
{
	if (!model)
		return;
	for (size_t i = 0; i < model->n_services; i++)
		free_service(&model->services[i]);
	free(model->services);
	free(model->admin_socket);
	free(model->direct);
	free(model);
}

/* Of nothing: NULL, and no mistake. */
static int copy_array(void *out, const void *from, size_t n, size_t size)
{
	void *copy = n ? malloc(n * size) : NULL;

	if (copy)
		memcpy(copy, from, n * size);
	memcpy(out, &copy, sizeof(copy));
	return n && !copy ? -ENOMEM : 0;
}

static int copy_text(char **out, const char *from)
{
	*out = from ? strdup(from) : NULL;
	return from && !*out ? -ENOMEM : 0;
}

/* As model_free() has to find them: whole, or with nothing behind. */
static int copy_backend(struct model_backend *to,
			const struct model_backend *from)
{
	*to = *from;
	return copy_array(&to->server_ids, from->server_ids, from->n_server_ids,
			  sizeof(*from->server_ids));
}

static int copy_backends(struct model_service *to,
			 const struct model_service *from)
{
	int err = 0;

	to->backends = calloc(from->n_backends, sizeof(*to->backends));
	to->n_backends = 0;
	if (!to->backends)
		return -ENOMEM;
	while (!err && to->n_backends < from->n_backends) {
		err = copy_backend(&to->backends[to->n_backends],
				   &from->backends[to->n_backends]);
		to->n_backends++;
	}
	return err;
}

static int copy_service(struct model_service *to,
			const struct model_service *from)
{
	int err;

	*to = *from;
	err = copy_text(&to->name, from->name);
	err |= copy_array(&to->ports, from->ports, from->n_ports,
			  sizeof(*from->ports));
	err |= copy_array(&to->filters, from->filters, from->n_filters,
			  sizeof(*from->filters));
	err |= copy_backends(to, from);
	return err ? -ENOMEM : 0;
}

static int copy_model(struct model *to, const struct model *from)
{
	int err;

	*to = *from;
	to->n_services = 0;
	err = copy_text(&to->admin_socket, from->admin_socket);
	err |= copy_array(&to->direct, from->direct, from->n_direct,
			  sizeof(*from->direct));
	to->services = calloc(from->n_services, sizeof(*to->services));
	if (!to->services)
		return -ENOMEM;
	while (!err && to->n_services < from->n_services) {
		err = copy_service(&to->services[to->n_services],
				   &from->services[to->n_services]);
		to->n_services++;
	}
	return err;
}

struct model *model_copy(const struct model *model)
{
	struct model *copy = calloc(1, sizeof(*copy));

	if (!copy || !copy_model(copy, model))
		return copy;
	model_free(copy);
	return NULL;
}

int model_backend_add(struct model_service *service, size_t index,
		      const struct model_backend *backend)
{
	struct model_backend copy, *more;

	if (copy_backend(&copy, backend))
		return -ENOMEM;
	more = realloc(service->backends,
		       (service->n_backends + 1) * sizeof(*more));
	if (!more) {
		free(copy.server_ids);
		return -ENOMEM;
	}
	service->backends = more;
	if (index > service->n_backends)
		index = service->n_backends;
	memmove(&more[index + 1], &more[index],
		(service->n_backends - index) * sizeof(*more));
	more[index] = copy;
	service->n_backends++;
	return 0;
}

void model_backend_remove(struct model_service *service, size_t index)
{
	struct model_backend *at = &service->backends[index];

	free(at->server_ids);
	service->n_backends--;
	memmove(at, at + 1, (service->n_backends - index) * sizeof(*at));
}
