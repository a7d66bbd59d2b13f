/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/vips.h"

#include <errno.h>
#include <stdlib.h>
#include <stdio.h>

/* Something that a service may say for its VIP. */
struct trait {
	const char *key, *what;
	const char *words[2];
	bool (*is_given)(const struct config_peer *peer);
	bool *(*value)(struct model_service *service);
};

static bool ping_given(const struct config_peer *peer)
{
	return peer->says_ping;
}

static bool *ping_value(struct model_service *service)
{
	return &service->answer_ping;
}

static bool malformed_given(const struct config_peer *peer)
{
	return peer->says_malformed;
}

static bool *malformed_value(struct model_service *service)
{
	return &service->drop_malformed;
}

static const struct trait traits[] = {
	{
		.key = "ping",
		.what = "an echo request has no port",
		.words = { "false", "true" },
		.is_given = ping_given,
		.value = ping_value,
	},
	{
		.key = "malformed",
		.what = "a malformed packet may have no port",
		.words = { "pass", "drop" },
		.is_given = malformed_given,
		.value = malformed_value,
	},
};

struct vip {
	const struct addr *address;
	size_t service;
};

static int compare_vips(const void *a, const void *b)
{
	const struct vip *x = a, *y = b;
	int order = addr_compare(x->address, y->address);

	if (order)
		return order;
	return x->service < y->service ? -1 : x->service > y->service;
}

static void tell_disagreement(const struct config_peers *peers,
			      const struct trait *trait, size_t earlier,
			      size_t later)
{
	struct model_service *services = peers->model->services;
	char path[CONFIG_PATH_SIZE], label[CONFIG_LABEL_SIZE];
	char address[ADDR_STRLEN];

	snprintf(path, sizeof(path), "services[%zu].%s", later, trait->key);
	config_fail(&peers->at, path,
		    "is %s, but %s in %s, of the same address %s; %s, "
		    "so expected the same in both, or in one only",
		    trait->words[*trait->value(&services[later])],
		    trait->words[*trait->value(&services[earlier])],
		    config_peers_label(peers, earlier, label),
		    addr_format(&services[later].address, address),
		    trait->what);
}

/* first ... end: the services of one address, in the order of the file. */
static void settle(const struct config_peers *peers, const struct trait *trait,
		   const struct vip *first, const struct vip *end)
{
	struct model_service *services = peers->model->services;
	const struct vip *given = first;

	while (given < end && !trait->is_given(&peers->peer[given->service]))
		given++;
	if (given == end)
		return;
	for (const struct vip *v = first; v < end; v++) {
		bool *value = trait->value(&services[v->service]);
		bool wanted = *trait->value(&services[given->service]);

		if (!trait->is_given(&peers->peer[v->service]))
			*value = wanted;
		else if (*value != wanted)
			tell_disagreement(peers, trait, given->service,
					  v->service);
	}
}

static void settle_all(const struct config_peers *peers, const struct vip *vips,
		       size_t n)
{
	for (size_t first = 0, end; first < n; first = end) {
		end = first + 1;
		while (end < n &&
		       !addr_compare(vips[end].address, vips[first].address))
			end++;
		for (size_t i = 0; i < sizeof(traits) / sizeof(*traits); i++)
			settle(peers, &traits[i], vips + first, vips + end);
	}
}

int config_vips_check(const struct config_peers *peers)
{
	struct vip *vips;
	size_t n = 0;

	vips = calloc(peers->model->n_services, sizeof(*vips));
	if (!vips)
		return -ENOMEM;
	for (size_t i = 0; i < peers->model->n_services; i++)
		if (peers->peer[i].sound)
			vips[n++] = (struct vip){
				.address = &peers->model->services[i].address,
				.service = i,
			};
	qsort(vips, n, sizeof(*vips), compare_vips);
	settle_all(peers, vips, n);
	free(vips);
	return 0;
}
