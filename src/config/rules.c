/* SPDX-License-Identifier: GPL-2.0-only */
/* Names, and what is the VIP's rather than its services': ping, malformed. */
#include "config/rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "config/ports.h"
#include "config/service.h"

/* Equal ones stay in the order of the file. */
static int in_order(const struct model_service *a,
		    const struct model_service *b, int order)
{
	return order ? order : a < b ? -1 : a > b;
}

static int compare_names(const void *a, const void *b)
{
	struct model_service *const *x = a, *const *y = b;

	return in_order(*x, *y, strcmp((*x)->name, (*y)->name));
}

static int compare_vips(const void *a, const void *b)
{
	struct model_service *const *x = a, *const *y = b;

	return in_order(*x, *y, addr_compare(&(*x)->address, &(*y)->address));
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

static void tell_name(const struct config_peers *peers, size_t earlier,
		      size_t later)
{
	char path[CONFIG_PATH_SIZE], label[CONFIG_LABEL_SIZE];

	snprintf(path, sizeof(path), "services[%zu].name", later);
	config_fail(&peers->at, path,
		    "is also the name of %s; expected another",
		    config_peers_label(peers, earlier, label));
}

/* Two that were not given are alike only where ports clash, told elsewhere. */
static void check_names(const struct config_peers *peers,
			struct model_service **sorted, size_t n)
{
	const struct model_service *first = peers->model->services;

	qsort(sorted, n, sizeof(*sorted), compare_names);
	for (size_t i = 1; i < n; i++) {
		size_t a = (size_t)(sorted[i - 1] - first);
		size_t b = (size_t)(sorted[i] - first);

		if (!strcmp(first[a].name, first[b].name) &&
		    (peers->peer[a].named || peers->peer[b].named))
			tell_name(peers, a, b);
	}
}

/* Something that a service may say for its VIP. */
static const struct trait {
	const char *key, *what;
	const char *words[2];
	size_t given, value; /* where, in peer and service */
} traits[] = {
	{ "ping",
	  "an echo request has no port",
	  { "false", "true" },
	  offsetof(struct config_peer, says_ping),
	  offsetof(struct model_service, answer_ping) },
	{ "malformed",
	  "a malformed packet may have no port",
	  { "pass", "drop" },
	  offsetof(struct config_peer, says_malformed),
	  offsetof(struct model_service, drop_malformed) },
};

static bool is_given(const struct config_peers *peers,
		     const struct trait *trait,
		     const struct model_service *service)
{
	size_t i = (size_t)(service - peers->model->services);

	return *(bool *)((char *)&peers->peer[i] + trait->given);
}

static bool *value_of(const struct trait *trait, struct model_service *service)
{
	return (bool *)((char *)service + trait->value);
}

static void tell_disagreement(const struct config_peers *peers,
			      const struct trait *trait,
			      struct model_service *earlier,
			      struct model_service *later)
{
	const struct model_service *first = peers->model->services;
	char path[CONFIG_PATH_SIZE], label[CONFIG_LABEL_SIZE];
	char address[ADDR_STRLEN];

	snprintf(path, sizeof(path), "services[%zu].%s",
		 (size_t)(later - first), trait->key);
	config_fail(&peers->at, path,
		    "is %s, but %s in %s, of the same address %s; %s, so "
		    "expected the same in both, or in one only",
		    trait->words[*value_of(trait, later)],
		    trait->words[*value_of(trait, earlier)],
		    config_peers_label(peers, (size_t)(earlier - first), label),
		    addr_format(&later->address, address), trait->what);
}

/* vip ... end: the services of one address, in the order of the file. */
static void settle(const struct config_peers *peers, const struct trait *trait,
		   struct model_service **vip, struct model_service **end)
{
	struct model_service **said = vip;

	while (said < end && !is_given(peers, trait, *said))
		said++;
	for (; said < end && vip < end; vip++) {
		bool wanted = *value_of(trait, *said);

		if (!is_given(peers, trait, *vip))
			*value_of(trait, *vip) = wanted;
		else if (*value_of(trait, *vip) != wanted)
			tell_disagreement(peers, trait, *said, *vip);
	}
}

static void check_vips(const struct config_peers *peers,
		       struct model_service **sorted, size_t n)
{
	qsort(sorted, n, sizeof(*sorted), compare_vips);
	for (size_t first = 0, end; first < n; first = end) {
		end = first + 1;
		while (end < n && !addr_compare(&sorted[end]->address,
						&sorted[first]->address))
			end++;
		for (size_t i = 0; i < sizeof(traits) / sizeof(*traits); i++)
			settle(peers, &traits[i], sorted + first, sorted + end);
	}
}

static int check_peers(const struct config_peers *peers)
{
	struct model *model = peers->model;
	struct model_service **sorted =
		calloc(model->n_services, sizeof(*sorted));
	size_t n = 0;
	int ret;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < model->n_services; i++)
		sorted[i] = &model->services[i];
	check_names(peers, sorted, model->n_services);
	ret = config_lookup_check(peers);
	for (size_t i = 0; i < model->n_services; i++)
		if (peers->peer[i].sound)
			sorted[n++] = &model->services[i];
	check_vips(peers, sorted, n);
	free(sorted);
	return ret;
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
	ret = check_peers(&peers);
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
