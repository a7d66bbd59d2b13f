/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel resolves, we follow.  Left alone, it would keep a silent
 * neighbour's entry for half a minute and more, since no packet of its own
 * makes it doubt (the data path sends past it).  So we make it doubt: every
 * second each neighbour is asked again, by unicast ARP or neighbour
 * solicitation, and the kernel tells when no answer came.
 */
#include "instance/hops.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* What is followed: the backends from 1 on, and behind them the gateways. */
static uint32_t end(const struct hops *hops)
{
	return hops->n + PLAN_FAMILIES;
}

static bool is_gateway(const struct hops *hops, uint32_t index)
{
	return index >= hops->n;
}

static bool is_followed(const struct hops *hops, uint32_t index)
{
	if (is_gateway(hops, index))
		return hops->plan->replies[index - hops->n];
	return !plan_backend_of(hops->plan, index)->has_mac;
}

static struct tables_hop *hop_of(struct hops *hops, uint32_t index)
{
	return is_gateway(hops, index) ? &hops->gateway[index - hops->n]
				       : &hops->hop[index];
}

/* "Backend 192.0.2.1:53" or "Gateway 192.0.2.254". */
static const char *describe(const struct hops *hops, uint32_t index)
{
	static char text[ENDPOINT_STRLEN + sizeof("Backend ")];
	const struct model_backend *backend;
	char addr[ENDPOINT_STRLEN];

	if (is_gateway(hops, index)) {
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
	struct tables_hop *hop = hop_of(hops, index);
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

static int find_neighbour(const struct hops *hops, uint32_t index,
			  struct addr *via)
{
	const struct model *model = hops->plan->model;
	const sa_family_t families[] = { AF_INET, AF_INET6 };
	const struct addr *gateways[] = { &model->gateway, &model->gateway6 };
	uint32_t family = index - hops->n;

	if (!is_gateway(hops, index))
		return nl_next_hop(hops->nl,
				   &plan_backend_of(hops->plan, index)->address,
				   via);
	if (addr_is_set(gateways[family]))
		return nl_next_hop(hops->nl, gateways[family], via);
	return nl_default_gateway(hops->nl, families[family], via);
}

static void warn_unreachable(const struct hops *hops, uint32_t index, int err)
{
	const char *interface = hops->plan->model->interface;
	const bool ipv6 = index > hops->n;

	if (is_gateway(hops, index))
		log_warn("no gateway for IPv%d replies: no default route "
			 "through %s; set 'gateway%s' in the configuration",
			 ipv6 ? 6 : 4, interface, ipv6 ? "6" : "");
	else if (err == -EADDRNOTAVAIL)
		log_warn("%s does not serve: it is this host's own or a "
			 "broadcast address, which nothing can be sent to",
			 describe(hops, index));
	else
		log_warn("%s does not serve: no route to it through %s",
			 describe(hops, index), interface);
}

/*
 * What was followed until now, and told then.  Lists that differ in a few
 * places are found through in one go.
 */
static bool take_over(struct hops *hops, uint32_t index)
{
	struct hops *old = (struct hops *)hops->previous;
	uint32_t at = hops->next_previous;

	for (uint32_t i = 1; old && i < end(old); i++, at++) {
		if (at < 1 || at >= end(old))
			at = 1;
		if (!hop_of(old, at)->known ||
		    addr_compare(&old->via[at], &hops->via[index]) != 0)
			continue;
		*hop_of(hops, index) = *hop_of(old, at);
		hops->next_previous = at + 1;
		return true;
	}
	return false;
}

/* One route: sets via; a new neighbour is asked for at once. */
static void resolve(struct hops *hops, uint32_t index, bool first)
{
	struct tables_hop *hop = hop_of(hops, index);
	const bool had_route = addr_is_set(&hops->via[index]);
	struct addr via = { 0 };
	int err = find_neighbour(hops, index, &via);

	if (err)
		memset(&via, 0, sizeof(via));
	if (err && (first || had_route) &&
	    !(hops->previous && is_gateway(hops, index)))
		warn_unreachable(hops, index, err);
	if (!addr_compare(&via, &hops->via[index]))
		return;
	if (hop->known)
		hops->changed = true;
	memset(hop, 0, sizeof(*hop));
	hops->via[index] = via;
	if (addr_is_set(&via) && !take_over(hops, index))
		nl_probe(hops->nl, &via);
}

static void resolve_all(struct hops *hops, bool first)
{
	for (uint32_t i = 1; i < end(hops); i++)
		if (is_followed(hops, i))
			resolve(hops, i, first);
	nl_neighbours(hops->nl);
}

void hops_resolve(struct hops *hops)
{
	resolve_all(hops, false);
}

/* Where the user gave the MAC; told when it is new. */
static void set_fixed(struct hops *hops)
{
	const struct model_backend *backend;

	for (uint32_t i = 1; i < hops->n; i++) {
		backend = plan_backend_of(hops->plan, i);
		if (!backend->has_mac)
			continue;
		if (!hops->previous) {
			set_hop(hops, i, backend->mac);
			continue;
		}
		hops->hop[i].known = true;
		memcpy(hops->hop[i].mac, backend->mac, MAC_LEN);
	}
}

int hops_open(struct hops *hops, const struct plan *plan, struct nl *nl,
	      const struct hops *previous)
{
	const uint32_t n = plan->sizes.backends;

	*hops = (struct hops){
		.plan = plan,
		.nl = nl,
		.n = n,
		.previous = previous,
		.via = calloc(n + PLAN_FAMILIES, sizeof(*hops->via)),
		.hop = calloc(n, sizeof(*hops->hop)),
	};
	if (!hops->via || !hops->hop) {
		hops_close(hops);
		return -ENOMEM;
	}
	set_fixed(hops);
	resolve_all(hops, true);
	hops->previous = NULL;
	return 0;
}

static void keep(struct hops *hops, const struct hops *old,
		 const uint32_t *from)
{
	for (uint32_t i = 1; i < hops->n; i++) {
		if (!from[i])
			continue;
		hops->hop[i] = old->hop[from[i]];
		hops->via[i] = old->via[from[i]];
	}
	memcpy(hops->gateway, old->gateway, sizeof(hops->gateway));
	memcpy(&hops->via[hops->n], &old->via[old->n],
	       PLAN_FAMILIES * sizeof(*hops->via));
	hops->changed = true;
}

static void find_new(struct hops *hops, const uint32_t *from)
{
	bool asked = false;

	for (uint32_t i = 1; i < hops->n; i++) {
		if (from[i])
			continue;
		if (is_followed(hops, i)) {
			resolve(hops, i, true);
			asked = true;
		} else {
			set_hop(hops, i, plan_backend_of(hops->plan, i)->mac);
		}
	}
	if (asked)
		nl_neighbours(hops->nl);
}

int hops_follow(struct hops *hops, const struct plan *plan,
		const uint32_t *from)
{
	const uint32_t n = plan->sizes.backends;
	struct hops old = *hops, next = {
		.plan = plan,
		.nl = hops->nl,
		.n = n,
		.via = calloc(n + PLAN_FAMILIES, sizeof(*hops->via)),
		.hop = calloc(n, sizeof(*hops->hop)),
	};

	if (!next.via || !next.hop) {
		hops_close(&next);
		return -ENOMEM;
	}
	*hops = next;
	keep(hops, &old, from);
	hops->previous = &old; /* whose neighbours the new ones may have */
	find_new(hops, from);
	hops->previous = NULL;
	hops_close(&old);
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
	for (uint32_t i = 1; i < end(hops); i++)
		if (!addr_compare(&hops->via[i], addr))
			set_hop(hops, i, mac);
}

void hops_probe(struct hops *hops)
{
	uint32_t probes = end(hops);

	if (probes > HOPS_PROBES_PER_SECOND)
		probes = HOPS_PROBES_PER_SECOND;
	while (probes--) {
		if (addr_is_set(&hops->via[hops->next_probe]))
			nl_probe(hops->nl, &hops->via[hops->next_probe]);
		hops->next_probe = (hops->next_probe + 1) % end(hops);
	}
}

bool hops_complete(const struct hops *hops)
{
	const struct tables_hop *hop;

	for (uint32_t i = 1; i < end(hops); i++) {
		hop = is_gateway(hops, i) ? &hops->gateway[i - hops->n]
					  : &hops->hop[i];
		if (addr_is_set(&hops->via[i]) && !hop->known)
			return false;
	}
	return true;
}
