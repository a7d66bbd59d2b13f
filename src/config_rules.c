/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A packet is looked up by address and port in two tables: services, by where
 * it goes, and replies (forward: nat only), by where it comes from.  In both an
 * exact port is looked for first, then port 0, which stands for all.  Neither
 * table knows anything but these keys, so no key may mean two things.
 *
 * Services claim the ports of their address; two that share one would fight
 * over its packets.  One for all ports beside others of the same address is
 * fine: the exact port wins, as everyone would expect.
 *
 * Backends of nat services claim the ports that their replies come from.  Two
 * services never share an address and port, so a backend's port claimed by two
 * would have replies that could be either's.  A backend that has all ports in
 * one service and some in another is accepted, as the packets of the first
 * service may never touch those ports; but the user is warned.
 */
#include "config_rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_claims.h"
#include "config_yaml.h"

#define PATH_SIZE  64
#define LABEL_SIZE 128

struct rules {
	struct config_place at;
	const struct config_raw *raw;
	const struct model *model;
	bool *sound; /* which services take part */
	struct config_claim *vips;
	size_t n_vips;
	struct config_claim *replies;
	size_t n_replies;
};

/* "services[2]" */
static const char *service_path(size_t index, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "services[%zu]", index);
	return path;
}

static const char *backend_path(const struct config_claim *claim,
				char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "services[%u].backends[%u]", claim->service,
		 claim->item);
	return path;
}

/* services[2] "dns" (line 12) */
static const char *service_label(const struct rules *rules, size_t index,
				 char label[LABEL_SIZE])
{
	char path[PATH_SIZE];

	service_path(index, path);
	snprintf(label, LABEL_SIZE, "%s \"%s\" (line %zu)", path,
		 rules->model->services[index].name,
		 config_yaml_line(rules->at.document, path));
	return label;
}

#define PORTS_SIZE 24

/* "all ports", "port 53" or "ports 53-60" */
static const char *ports_label(uint16_t first, uint16_t last,
			       char label[PORTS_SIZE])
{
	if (!first)
		snprintf(label, PORTS_SIZE, "all ports");
	else if (first == last)
		snprintf(label, PORTS_SIZE, "port %u", first);
	else
		snprintf(label, PORTS_SIZE, "ports %u-%u", first, last);
	return label;
}

static const char *shared_ports(const struct config_claim *a,
				const struct config_claim *b,
				char label[PORTS_SIZE])
{
	return ports_label(a->first > b->first ? a->first : b->first,
			   a->last < b->last ? a->last : b->last, label);
}

static void tell_service_clash(void *arg, const struct config_claim *earlier,
			       const struct config_claim *later)
{
	const struct rules *rules = arg;
	char path[PATH_SIZE], ports[PORTS_SIZE], label[LABEL_SIZE];
	char address[ADDR_STRLEN];

	snprintf(path, sizeof(path), "services[%u].ports", later->service);
	config_value_fail(&rules->at, path,
			  "claims %s of %s like %s; expected each port in one "
			  "service only",
			  shared_ports(earlier, later, ports),
			  addr_format(&later->address, address),
			  service_label(rules, earlier->service, label));
}

static void tell_reply_clash(void *arg, const struct config_claim *earlier,
			     const struct config_claim *later)
{
	const struct rules *rules = arg;
	char path[PATH_SIZE], ports[PORTS_SIZE], label[LABEL_SIZE];
	char address[ADDR_STRLEN];

	backend_path(later, path);
	shared_ports(earlier, later, ports);
	addr_format(&later->address, address);
	if (earlier->service == later->service) {
		config_value_fail(
			&rules->at, path,
			"claims replies from %s of %s like backends[%u]; "
			"remove one",
			ports, address, earlier->item);
		return;
	}
	config_value_fail(&rules->at, path,
			  "replies from %s of %s could belong to %s as well "
			  "as to this service; use another backend port, or "
			  "forward: snat or dsr in one of the two",
			  ports, address,
			  service_label(rules, earlier->service, label));
}

static size_t count_ports(const struct model_service *service)
{
	size_t n = service->all_ports;

	for (size_t i = 0; i < service->n_ports; i++)
		n += service->ports[i].last - service->ports[i].first + 1U;
	return n;
}

static size_t count_replies(const struct model_service *service)
{
	size_t ports = count_ports(service), n = 0;

	if (service->forward != LB_FORWARD_NAT)
		return 0;
	for (size_t i = 0; i < service->n_backends; i++)
		n += service->backends[i].port ? 1 : ports;
	return n;
}

/* Whether what the services need of the tables is within bounds. */
static bool check_entries(const struct rules *rules)
{
	size_t ports = 0, replies = 0;

	for (size_t i = 0; i < rules->model->n_services; i++) {
		if (!rules->sound[i])
			continue;
		ports += count_ports(&rules->model->services[i]);
		replies += count_replies(&rules->model->services[i]);
	}
	if (ports > CONFIG_ENTRIES_MAX)
		config_value_fail(&rules->at, "services",
				  "%zu ports are more than the %u that all "
				  "services may have together; use fewer, or "
				  "ports: all",
				  ports, CONFIG_ENTRIES_MAX);
	if (replies > CONFIG_ENTRIES_MAX)
		config_value_fail(&rules->at, "services",
				  "with forward: nat each backend needs an "
				  "entry for each port, %zu in all, more than "
				  "%u; use fewer ports or ports: all, or "
				  "forward: snat or dsr",
				  replies, CONFIG_ENTRIES_MAX);
	return ports <= CONFIG_ENTRIES_MAX && replies <= CONFIG_ENTRIES_MAX;
}

/* Claims all ports of the service for an address; returns the new end. */
static struct config_claim *claim_ports(struct config_claim *to,
					const struct model_service *service,
					const struct addr *address,
					size_t index, size_t item)
{
	struct config_claim claim = {
		.address = *address,
		.service = (uint32_t)index,
		.item = (uint32_t)item,
	};

	if (service->all_ports)
		*to++ = claim;
	for (size_t i = 0; i < service->n_ports; i++) {
		claim.first = service->ports[i].first;
		claim.last = service->ports[i].last;
		*to++ = claim;
	}
	return to;
}

static struct config_claim *claim_replies(struct config_claim *to,
					  const struct model_service *service,
					  size_t index)
{
	if (service->forward != LB_FORWARD_NAT)
		return to;
	for (size_t i = 0; i < service->n_backends; i++) {
		const struct model_backend *backend = &service->backends[i];

		if (!backend->port) {
			to = claim_ports(to, service, &backend->address, index,
					 i);
			continue;
		}
		*to++ = (struct config_claim){
			.address = backend->address,
			.first = backend->port,
			.last = backend->port,
			.service = (uint32_t)index,
			.item = (uint32_t)i,
		};
	}
	return to;
}

static int claim_all(struct rules *rules)
{
	size_t n_vips = 1, n_replies = 1;
	struct config_claim *vip, *reply;

	for (size_t i = 0; i < rules->model->n_services; i++) {
		const struct model_service *service =
			&rules->model->services[i];

		n_vips += service->n_ports + 1;
		n_replies += service->n_backends * (service->n_ports + 1);
	}
	rules->vips = vip = calloc(n_vips, sizeof(*vip));
	rules->replies = reply = calloc(n_replies, sizeof(*reply));
	if (!vip || !reply)
		return -ENOMEM;
	for (size_t i = 0; i < rules->model->n_services; i++) {
		const struct model_service *service =
			&rules->model->services[i];

		if (!rules->sound[i])
			continue;
		vip = claim_ports(vip, service, &service->address, i, 0);
		reply = claim_replies(reply, service, i);
	}
	rules->n_vips = (size_t)(vip - rules->vips);
	rules->n_replies = (size_t)(reply - rules->replies);
	return 0;
}

/* Whether services of their own have each of the ports of the address. */
static bool has_own_services(const struct rules *rules,
			     const struct addr *address, uint16_t first,
			     uint16_t last)
{
	const struct config_claim *end = rules->vips + rules->n_vips;
	unsigned int next = first;

	for (const struct config_claim *c =
		     config_claims_find(rules->vips, rules->n_vips, address);
	     c < end && !addr_compare(&c->address, address); c++)
		if (c->first <= next && next <= c->last)
			next = c->last + 1U;
	return next > last;
}

/* any: a backend's claim for all ports; exact: another one for some. */
static void warn_of_exact(const struct rules *rules,
			  const struct config_claim *any,
			  const struct config_claim *exact)
{
	const struct model_service *service =
		&rules->model->services[any->service];
	char path[PATH_SIZE], ports[PORTS_SIZE], label[LABEL_SIZE];
	char vip[ADDR_STRLEN], address[ADDR_STRLEN];

	if (has_own_services(rules, &service->address, exact->first,
			     exact->last))
		return;
	ports_label(exact->first, exact->last, ports);
	config_value_warn(&rules->at, backend_path(exact, path),
			  "packets to %s of %s reach %s through %s, too, but "
			  "their replies will leave as this service's; avoid "
			  "that port there, or use other backends",
			  ports, addr_format(&service->address, vip),
			  addr_format(&exact->address, address),
			  service_label(rules, any->service, label));
}

/* A claim for all ports comes first among those of its address. */
static void warn_of_mixed_claims(const struct rules *rules)
{
	const struct config_claim *any = NULL, *c = rules->replies;

	for (; c < rules->replies + rules->n_replies; c++) {
		if (!c->first)
			any = c;
		else if (any && !addr_compare(&any->address, &c->address))
			warn_of_exact(rules, any, c);
	}
}

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
static void compare_neighbours(const struct rules *rules, const struct named *a,
			       const struct named *b)
{
	char path[PATH_SIZE], label[LABEL_SIZE];

	if (strcmp(a->name, b->name) != 0 || (!a->given && !b->given))
		return;
	snprintf(path, sizeof(path), "services[%zu].name", b->index);
	config_value_fail(&rules->at, path,
			  "is also the name of %s; expected another",
			  service_label(rules, a->index, label));
}

static int check_names(const struct rules *rules)
{
	size_t n = rules->model->n_services;
	struct named *named;

	if (n < 2)
		return 0;
	named = calloc(n, sizeof(*named));
	if (!named)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		named[i] = (struct named){
			.name = rules->model->services[i].name,
			.index = i,
			.given = rules->raw->services[i].name,
		};
	qsort(named, n, sizeof(*named), compare_named);
	for (size_t i = 1; i < n; i++)
		compare_neighbours(rules, &named[i - 1], &named[i]);
	free(named);
	return 0;
}

static int check_claims(struct rules *rules)
{
	int ret;

	if (!check_entries(rules))
		return 0;
	ret = claim_all(rules);
	if (ret)
		return ret;
	config_claims_check(rules->vips, rules->n_vips, tell_service_clash,
			    rules);
	config_claims_check(rules->replies, rules->n_replies, tell_reply_clash,
			    rules);
	warn_of_mixed_claims(rules);
	return 0;
}

int config_rules_check(const struct config_place *place,
		       const struct config_raw *raw, const struct model *model)
{
	struct rules rules = {.at = *place, .raw = raw, .model = model};
	char path[PATH_SIZE];
	int ret = -ENOMEM;

	rules.sound = calloc(model->n_services + 1, sizeof(*rules.sound));
	if (!rules.sound)
		return -ENOMEM;
	for (size_t i = 0; i < model->n_services; i++)
		rules.sound[i] = !config_errors_within(place->errors,
						       service_path(i, path));
	ret = check_names(&rules);
	if (!ret)
		ret = check_claims(&rules);
	free(rules.vips);
	free(rules.replies);
	free(rules.sound);
	return ret;
}
