/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel resolves, we follow.  Left alone, it would keep a silent
 * neighbour's entry for half a minute and more, since no packet of its own
 * makes it doubt (the data path sends past it).  So we make it doubt: every
 * second each neighbour is asked again, by unicast ARP, and the kernel tells
 * when no answer came.
 */
#include "hops.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

static bool is_fixed(const struct hops *hops, uint32_t index)
{
	return index != HOPS_GATEWAY &&
	       plan_backend_of(hops->plan, index)->has_mac;
}

/* "Backend 192.0.2.1:53" or "Gateway 192.0.2.254". */
static const char *describe(const struct hops *hops, uint32_t index)
{
	static char text[ENDPOINT_STRLEN + sizeof("Backend ")];
	const struct model_backend *backend;
	char addr[ENDPOINT_STRLEN];

	if (index == HOPS_GATEWAY) {
		snprintf(text, sizeof(text), "Gateway %s",
			 addr_format(&hops->via[index], addr));
		return text;
	}
	backend = plan_backend_of(hops->plan, index);
	if (backend->port)
		addr_format_endpoint(&backend->address, backend->port, addr);
	else
		addr_format(&backend->address, addr);
	snprintf(text, sizeof(text), "Backend %s", addr);
	return text;
}

static void set_hop(struct hops *hops, uint32_t index, const uint8_t *mac)
{
	struct tables_hop *hop = &hops->hop[index];
	char addr[ADDR_STRLEN], text[MAC_STRLEN];

	if (mac ? hop->known && !memcmp(hop->mac, mac, MAC_LEN) : !hop->known)
		return;
	hop->known = mac != NULL;
	hops->changed = true;
	if (mac) {
		memcpy(hop->mac, mac, MAC_LEN);
		log_info("%s via mac %s", describe(hops, index),
			 mac_format(mac, text));
	} else {
		memset(hop->mac, 0, MAC_LEN);
		log_warn("%s does not serve: neighbour %s does not answer",
			 describe(hops, index),
			 addr_format(&hops->via[index], addr));
	}
}

/* One route: sets via; a new neighbour is asked for at once. */
static void resolve(struct hops *hops, uint32_t index, const struct addr *to)
{
	struct addr via = { 0 };
	int err;

	if (index == HOPS_GATEWAY && !addr_is_set(to))
		err = nl_default_gateway(hops->nl, &via);
	else
		err = nl_next_hop(hops->nl, to, &via);
	if (err)
		memset(&via, 0, sizeof(via));
	if (!addr_compare(&via, &hops->via[index]))
		return;
	if (hops->hop[index].known)
		hops->changed = true;
	memset(&hops->hop[index], 0, sizeof(hops->hop[index]));
	hops->via[index] = via;
	if (addr_is_set(&via))
		nl_probe(hops->nl, &via);
}

static void warn_without_route(const struct hops *hops, uint32_t index)
{
	const char *interface = hops->plan->model->interface;

	if (addr_is_set(&hops->via[index]))
		return;
	if (index == HOPS_GATEWAY)
		log_warn("no gateway for replies: no default route through %s; "
			 "set 'gateway' in the configuration",
			 interface);
	else
		log_warn("%s does not serve: no route to it through %s",
			 describe(hops, index), interface);
}

void hops_resolve(struct hops *hops)
{
	const struct model *model = hops->plan->model;
	bool had_route;

	for (uint32_t i = 0; i < hops->n; i++) {
		if (is_fixed(hops, i) ||
		    (i == HOPS_GATEWAY && !hops->needs_gateway))
			continue;
		had_route = addr_is_set(&hops->via[i]);
		if (i == HOPS_GATEWAY)
			resolve(hops, i, &model->gateway);
		else
			resolve(hops, i,
				&plan_backend_of(hops->plan, i)->address);
		if (had_route)
			warn_without_route(hops, i);
	}
	nl_neighbours(hops->nl);
}

int hops_open(struct hops *hops, const struct plan *plan, struct nl *nl)
{
	const struct model_backend *backend;

	*hops = (struct hops){
		.plan = plan,
		.nl = nl,
		.n = plan->sizes.backends,
		.via = calloc(plan->sizes.backends, sizeof(*hops->via)),
		.hop = calloc(plan->sizes.backends, sizeof(*hops->hop)),
	};
	if (!hops->via || !hops->hop) {
		hops_close(hops);
		return -ENOMEM;
	}
	for (size_t i = 0; i < plan->n_services; i++)
		if (plan->services[i].config->forward == LB_FORWARD_NAT)
			hops->needs_gateway = true;
	for (uint32_t i = 1; i < hops->n; i++) {
		backend = plan_backend_of(plan, i);
		if (backend->has_mac)
			set_hop(hops, i, backend->mac);
	}
	hops_resolve(hops);
	for (uint32_t i = 0; i < hops->n; i++)
		if (!is_fixed(hops, i) &&
		    (i != HOPS_GATEWAY || hops->needs_gateway))
			warn_without_route(hops, i);
	return 0;
}

void hops_close(struct hops *hops)
{
	free(hops->via);
	free(hops->hop);
	hops->via = NULL;
	hops->hop = NULL;
}

void hops_neighbour(struct hops *hops, const struct addr *addr,
		    const uint8_t *mac)
{
	for (uint32_t i = 0; i < hops->n; i++)
		if (!addr_compare(&hops->via[i], addr))
			set_hop(hops, i, mac);
}

void hops_probe(struct hops *hops)
{
	uint32_t probes = hops->n;

	if (probes > HOPS_PROBES_PER_SECOND)
		probes = HOPS_PROBES_PER_SECOND;
	while (probes--) {
		if (addr_is_set(&hops->via[hops->next_probe]))
			nl_probe(hops->nl, &hops->via[hops->next_probe]);
		hops->next_probe = (hops->next_probe + 1) % hops->n;
	}
}

bool hops_complete(const struct hops *hops)
{
	for (uint32_t i = 0; i < hops->n; i++)
		if (addr_is_set(&hops->via[i]) && !hops->hop[i].known)
			return false;
	return true;
}
