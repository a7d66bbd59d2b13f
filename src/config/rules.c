/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/ports.h"
#include "config/service.h"
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
	config_fail(&peers->at, path,
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
			.given = peers->peer[i].named,
		};
	qsort(named, n, sizeof(*named), compare_named);
	for (size_t i = 1; i < n; i++)
		compare_neighbours(peers, &named[i - 1], &named[i]);
	free(named);
	return 0;
}

const char *config_peers_label(const struct config_peers *peers, size_t index,
			       char label[CONFIG_LABEL_SIZE])
{
	const char *name = peers->model->services[index].name;
	char path[CONFIG_PATH_SIZE];

	snprintf(path, sizeof(path), "services[%zu]", index);
	if (peers->at.tree)
		snprintf(label, CONFIG_LABEL_SIZE, "%s \"%s\" (line %zu)", path,
			 name, config_tree_line(peers->at.tree, path));
	else
		snprintf(label, CONFIG_LABEL_SIZE, "service %s", name);
	return label;
}

/* What each service says itself: nodes go along with the model's services. */
static void look_at_peers(struct config_peers *peers)
{
	const struct config_place *top = &peers->at;
	const struct config_node *list = NULL, *node = NULL;
	struct config_place services, at;

	if (top->node)
		list = config_tree_find(top->tree, top->node, "services", 8);
	if (list)
		list = config_tree_next(top->tree, list);
	if (list)
		node = config_tree_first(top->tree, list);
	services = config_place_key(top, "services", list);
	for (size_t i = 0; i < peers->model->n_services; i++) {
		at = config_place_item(&services, i, node);
		peers->peer[i] = (struct config_peer){
			.sound = !config_failed(&at, ""),
			.named = config_given(&at, "name"),
			.says_ping = config_given(&at, "ping"),
			.says_malformed = config_given(&at, "malformed"),
		};
		node = node ? config_tree_next(top->tree, node) : NULL;
	}
}

int config_rules_check(const struct config_place *place, struct model *model)
{
	struct config_peers peers = { .at = *place, .model = model };
	int ret;

	if (!model->n_services)
		return 0;
	peers.peer = calloc(model->n_services, sizeof(*peers.peer));
	if (!peers.peer)
		return -ENOMEM;
	look_at_peers(&peers);
	ret = check_names(&peers);
	if (!ret)
		ret = config_lookup_check(&peers);
	if (!ret)
		ret = config_vips_check(&peers);
	free(peers.peer);
	return ret;
}

/* As finish functions of the tables would, but for what one key shows. */
int config_judge(struct model *model, struct config_errors *errors)
{
	const struct config_place top = { .errors = errors };
	struct config_place services = config_place_key(&top, "services", NULL);
	int ret = 0;

	for (size_t i = 0; !ret && i < model->n_services; i++) {
		struct config_place at = config_place_item(&services, i, NULL);

		if (config_count_fits(&at, "backends", &config_backend,
				      model->services[i].n_backends))
			ret = config_service_judge(&at, &model->services[i]);
	}
	if (!ret)
		ret = config_rules_check(&top, model);
	return !ret && config_errors_any(errors) ? -EINVAL : ret;
}
