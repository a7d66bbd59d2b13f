/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/ports.h"
#include "config/vips.h"

struct named {
	const char *name;
	size_t index;
	bool given;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order)
		return order;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* Two that were not given are alike only where ports clash, told elsewhere. */
static void compare_neighbours(const struct config_peers *peers,
			       const struct named *a, const struct named *b)
{
	char path[CONFIG_PATH_SIZE], label[CONFIG_LABEL_SIZE];

	if (strcmp(a->name, b->name) != 0 || (!a->given && !b->given))
		return;
	snprintf(path, sizeof(path), "services[%zu].name", b->index);
	config_value_fail(&peers->at, path,
			  "is also the name of %s; expected another",
			  config_peers_label(peers, a->index, label));
}

static int check_names(const struct config_peers *peers)
{
	size_t n = peers->model->n_services;
	struct named *named;

	if (n < 2)
		return 0;
	named = calloc(n, sizeof(*named));
	if (!named)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		named[i] = (struct named){
			.name = peers->model->services[i].name,
			.index = i,
			.given = peers->raw->services[i].name,
		};
	qsort(named, n, sizeof(*named), compare_named);
	for (size_t i = 1; i < n; i++)
		compare_neighbours(peers, &named[i - 1], &named[i]);
	free(named);
	return 0;
}

int config_rules_check(const struct config_place *place,
		       const struct config_raw *raw, struct model *model)
{
	struct config_peers peers = { .at = *place,
				      .raw = raw,
				      .model = model };
	char path[CONFIG_PATH_SIZE];
	int ret;

	peers.sound = calloc(model->n_services, sizeof(*peers.sound));
	if (!peers.sound)
		return -ENOMEM;
	for (size_t i = 0; i < model->n_services; i++)
		peers.sound[i] = !config_errors_within(
			place->errors, config_peers_path(i, path));
	ret = check_names(&peers);
	if (!ret)
		ret = config_lookup_check(&peers);
	if (!ret)
		ret = config_vips_check(&peers);
	free(peers.sound);
	return ret;
}
