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
#include "config/ports.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/claims.h"

struct lookup {
	const struct config_peers *peers;
	struct config_claim *vips;
	size_t n_vips;
	struct config_claim *replies;
	size_t n_replies;
};

static const char *backend_path(const struct config_claim *claim,
				char path[CONFIG_PATH_SIZE])
{
	snprintf(path, CONFIG_PATH_SIZE, "services[%u].backends[%u]",
		 claim->service, claim->item);
	return path;
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
	const struct lookup *lookup = arg;
	char path[CONFIG_PATH_SIZE], ports[PORTS_SIZE],
		label[CONFIG_LABEL_SIZE];
	char address[ADDR_STRLEN];

	snprintf(path, sizeof(path), "services[%u].ports", later->service);
	config_fail(&lookup->peers->at, path,
		    "claims %s of %s like %s; expected each port in one "
		    "service only",
		    shared_ports(earlier, later, ports),
		    addr_format(&later->address, address),
		    config_peers_label(lookup->peers, earlier->service, label));
}

static void tell_reply_clash(void *arg, const struct config_claim *earlier,
			     const struct config_claim *later)
{
	const struct lookup *lookup = arg;
	char path[CONFIG_PATH_SIZE], ports[PORTS_SIZE],
		label[CONFIG_LABEL_SIZE];
	char address[ADDR_STRLEN];

	backend_path(later, path);
	shared_ports(earlier, later, ports);
	addr_format(&later->address, address);
	if (earlier->service == later->service) {
		config_fail(&lookup->peers->at, path,
			    "claims replies from %s of %s like backends[%u]; "
			    "remove one",
			    ports, address, earlier->item);
		return;
	}
	config_fail(&lookup->peers->at, path,
		    "replies from %s of %s could belong to %s as well "
		    "as to this service; use another backend port, or "
		    "forward: snat or dsr in one of the two",
		    ports, address,
		    config_peers_label(lookup->peers, earlier->service, label));
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
static bool check_entries(const struct lookup *lookup)
{
	size_t ports = 0, replies = 0;

	for (size_t i = 0; i < lookup->peers->model->n_services; i++) {
		if (!lookup->peers->peer[i].sound)
			continue;
		ports += count_ports(&lookup->peers->model->services[i]);
		replies += count_replies(&lookup->peers->model->services[i]);
	}
	if (ports > CONFIG_LOOKUP_MAX)
		config_fail(&lookup->peers->at, "services",
			    "%zu ports are more than the %u that all "
			    "services may have together; use fewer, or "
			    "ports: all",
			    ports, CONFIG_LOOKUP_MAX);
	if (replies > CONFIG_LOOKUP_MAX)
		config_fail(&lookup->peers->at, "services",
			    "with forward: nat each backend needs an "
			    "entry for each port, %zu in all, more than "
			    "%u; use fewer ports or ports: all, or "
			    "forward: snat or dsr",
			    replies, CONFIG_LOOKUP_MAX);
	return ports <= CONFIG_LOOKUP_MAX && replies <= CONFIG_LOOKUP_MAX;
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

static int claim_all(struct lookup *lookup)
{
	size_t n_vips = 1, n_replies = 1;
	struct config_claim *vip, *reply;

	for (size_t i = 0; i < lookup->peers->model->n_services; i++) {
		const struct model_service *service =
			&lookup->peers->model->services[i];

		n_vips += service->n_ports + 1;
		n_replies += service->n_backends * (service->n_ports + 1);
	}
	lookup->vips = vip = calloc(n_vips, sizeof(*vip));
	lookup->replies = reply = calloc(n_replies, sizeof(*reply));
	if (!vip || !reply)
		return -ENOMEM;
	for (size_t i = 0; i < lookup->peers->model->n_services; i++) {
		const struct model_service *service =
			&lookup->peers->model->services[i];

		if (!lookup->peers->peer[i].sound)
			continue;
		vip = claim_ports(vip, service, &service->address, i, 0);
		reply = claim_replies(reply, service, i);
	}
	lookup->n_vips = (size_t)(vip - lookup->vips);
	lookup->n_replies = (size_t)(reply - lookup->replies);
	return 0;
}

/* Whether services of their own have each of the ports of the address. */
static bool has_own_services(const struct lookup *lookup,
			     const struct addr *address, uint16_t first,
			     uint16_t last)
{
	const struct config_claim *end = lookup->vips + lookup->n_vips;
	unsigned int next = first;

	for (const struct config_claim *c =
		     config_claims_find(lookup->vips, lookup->n_vips, address);
	     c < end && !addr_compare(&c->address, address); c++)
		if (c->first <= next && next <= c->last)
			next = c->last + 1U;
	return next > last;
}

/* any: a backend's claim for all ports; exact: another one for some. */
static void warn_of_exact(const struct lookup *lookup,
			  const struct config_claim *any,
			  const struct config_claim *exact)
{
	const struct model_service *service =
		&lookup->peers->model->services[any->service];
	char path[CONFIG_PATH_SIZE], ports[PORTS_SIZE],
		label[CONFIG_LABEL_SIZE];
	char vip[ADDR_STRLEN], address[ADDR_STRLEN];

	if (has_own_services(lookup, &service->address, exact->first,
			     exact->last))
		return;
	ports_label(exact->first, exact->last, ports);
	config_warn(&lookup->peers->at, backend_path(exact, path),
		    "packets to %s of %s reach %s through %s, too, but "
		    "their replies will leave as this service's; avoid "
		    "that port there, or use other backends",
		    ports, addr_format(&service->address, vip),
		    addr_format(&exact->address, address),
		    config_peers_label(lookup->peers, any->service, label));
}

/* A claim for all ports comes first among those of its address. */
static void warn_of_mixed_claims(const struct lookup *lookup)
{
	const struct config_claim *any = NULL, *c = lookup->replies;

	for (; c < lookup->replies + lookup->n_replies; c++) {
		if (!c->first)
			any = c;
		else if (any && !addr_compare(&any->address, &c->address))
			warn_of_exact(lookup, any, c);
	}
}

int config_lookup_check(const struct config_peers *peers)
{
	struct lookup lookup = { .peers = peers };
	int ret;

	if (!check_entries(&lookup))
		return 0;
	ret = claim_all(&lookup);
	if (!ret) {
		config_claims_check(lookup.vips, lookup.n_vips,
				    tell_service_clash, &lookup);
		config_claims_check(lookup.replies, lookup.n_replies,
				    tell_reply_clash, &lookup);
		warn_of_mixed_claims(&lookup);
	}
	free(lookup.vips);
	free(lookup.replies);
	return ret;
}
