/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tables/refused.h"
#include "tables/view.h"

/*
 * What the driver makes of the firmware's words (nfp_bpf_ctrl_rc_to_errno() in
 * its cmsg.c: E2BIG, ENOMEM), and what the kernel's own maps say.
 */
bool refused_is_room(int err)
{
	return err == -E2BIG || err == -ENOMEM || err == -ENOSPC;
}

static int grow(struct tables_refused *refused)
{
	size_t room = refused->room ? 2 * refused->room : 8;
	struct tables_refusal *list =
		realloc(refused->list, room * sizeof(*list));

	if (!list)
		return -ENOMEM;
	refused->list = list;
	refused->room = room;
	return 0;
}

int refused_note(struct tables *tables, enum plan_map map, const void *row,
		 size_t size, int err)
{
	struct tables_refused *refused = &tables->refused;
	struct tables_refusal *entry;

	if (refused->n == refused->room && grow(refused))
		return -ENOMEM;
	entry = &refused->list[refused->n++];
	entry->map = map;
	memcpy(entry->row, row, size);
	refused->err = err;
	return 0;
}

static bool is_of(const struct tables_refusal *entry, enum plan_map map,
		  const __be32 *address)
{
	const struct lb_endpoint *key = (const void *)entry->row;

	return entry->map == map &&
	       !memcmp(key->address, address, sizeof(key->address));
}

/* A port's row, or that for all ports; not that of what has no port. */
static bool is_port(const struct tables_refusal *entry, enum plan_map map,
		    const __be32 *address)
{
	const struct lb_endpoint *key = (const void *)entry->row;

	return is_of(entry, map, address) && key->kind == LB_KEY_PORT;
}

bool refused_hides(const struct tables *tables, enum plan_map map,
		   const void *row)
{
	const struct lb_endpoint *key = row;

	if ((map != PLAN_SERVICES && map != PLAN_REPLIES) || key->port ||
	    key->kind != LB_KEY_PORT)
		return false;
	for (size_t i = 0; i < tables->refused.n; i++)
		if (is_port(&tables->refused.list[i], map, key->address))
			return true;
	return false;
}

/*
 * Either the row is all that the bucket answers, which then may have the row's
 * value; or it is a part of it and says what the bucket does.
 */
static bool hold_vip(const struct lb_vip *old, const struct tables_service *row,
		     struct lb_vip *held)
{
	const uint16_t port = ntohs(row->key.port);
	const bool one = port && old->first == port && old->last == port;

	*held = *old;
	if (one)
		held->service = row->value;
	return !memcmp(&held->service, &row->value, sizeof(row->value));
}

static bool hold_host(const struct lb_host *old, const struct tables_reply *row,
		      struct lb_host *held)
{
	const bool one =
		row->key.kind == LB_KEY_PORT && row->key.port == old->port;

	*held = *old;
	if (one)
		held->reply = row->value;
	return !memcmp(&held->reply, &row->value, sizeof(row->value));
}

bool refused_holds(const struct tables *tables, enum plan_map map,
		   const void *old, void *held)
{
	const enum plan_map rows =
		map == PLAN_VIPS ? PLAN_SERVICES : PLAN_REPLIES;

	for (size_t i = 0; i < tables->refused.n; i++) {
		const struct tables_refusal *entry = &tables->refused.list[i];
		const void *row = entry->row;

		/* Buckets begin with the address, too. */
		if (!is_of(entry, rows, old))
			continue;
		if (map == PLAN_VIPS ? hold_vip(old, row, held)
				     : hold_host(old, row, held))
			return true;
	}
	return false;
}

static const struct lb_host *host_of(const struct tables *tables,
				     const struct addr *address,
				     const __be32 *words)
{
	return &tables->hosts[address->family == AF_INET6
				      ? lb_bucket6(words, LB_HOST_BITS)
				      : lb_bucket4(words[3], LB_HOST_BITS)];
}

bool refused_answers(const struct tables *tables, uint32_t backend)
{
	const struct plan *plan = tables->plan;
	const struct model_backend *b = plan_backend_of(plan, backend);
	const __be16 port = htons(b->port);
	const struct lb_host *host;
	__be32 words[4];

	if (!tables->refused.n ||
	    plan_service_of(plan, backend)->config->forward != LB_FORWARD_NAT)
		return true;
	layout_address(words, &b->address);
	host = host_of(tables, &b->address, words);
	if (host->ask == LB_ASK_HERE)
		return !memcmp(host->address, words, sizeof(words)) &&
		       (!host->port || host->port == port);
	for (size_t i = 0; i < tables->refused.n; i++) {
		const struct tables_refusal *entry = &tables->refused.list[i];
		const struct lb_endpoint *key = (const void *)entry->row;

		if (is_port(entry, PLAN_REPLIES, words) &&
		    (!port || key->port == port))
			return false;
	}
	return true;
}

static const char *address_text(const __be32 words[4], char *buf)
{
	if (layout_is_ipv4(words))
		inet_ntop(AF_INET, &words[3], buf, ADDR_STRLEN);
	else
		inet_ntop(AF_INET6, words, buf, ADDR_STRLEN);
	return buf;
}

static void endpoint_text(const struct lb_endpoint *key, char *buf, size_t size)
{
	char address[ADDR_STRLEN];

	address_text(key->address, address);
	if (key->kind == LB_KEY_ADDRESS)
		snprintf(buf, size, "what has no port at %s", address);
	else if (key->port)
		snprintf(buf, size, "port %u at %s", ntohs(key->port), address);
	else
		snprintf(buf, size, "all ports at %s", address);
}

static const char *service_name(const struct tables *tables, size_t service)
{
	return tables->plan->services[service].config->name;
}

/* What has no port may be nobody's, and an address of this host no service's.
 */
static const char *owner(const struct tables *tables,
			 const struct tables_service *row)
{
	if (row->key.kind == LB_KEY_ADDRESS)
		return "several services";
	if (lb_forward(row->value.shape) == LB_FORWARD_OWN)
		return "this host";
	return service_name(tables, row->value.id);
}

static void prefix_text(const struct tables *tables,
			const struct tables_prefix *row,
			char buf[REFUSED_TEXT_SIZE])
{
	const bool ipv4 =
		layout_is_ipv4(row->key.address) && row->key.length >= 96;
	char address[ADDR_STRLEN];

	snprintf(buf, REFUSED_TEXT_SIZE, "%s: clients of %s/%u are to be %s",
		 service_name(tables, row->key.service),
		 address_text(row->key.address, address),
		 row->key.length - (ipv4 ? 96U : 0U),
		 row->denied ? "denied" : "allowed");
}

const char *refused_text(const struct tables *tables, size_t i,
			 char buf[REFUSED_TEXT_SIZE])
{
	const struct tables_refusal *entry = &tables->refused.list[i];
	const void *row = entry->row;
	char endpoint[128];

	switch (entry->map) {
	case PLAN_SERVICES:
		endpoint_text(row, endpoint, sizeof(endpoint));
		snprintf(buf, REFUSED_TEXT_SIZE, "%s: %s", owner(tables, row),
			 endpoint);
		break;
	case PLAN_REPLIES:
		endpoint_text(row, endpoint, sizeof(endpoint));
		snprintf(buf, REFUSED_TEXT_SIZE, "answers of a backend: %s",
			 endpoint);
		break;
	case PLAN_PREFIXES:
		prefix_text(tables, row, buf);
		break;
	default:
		snprintf(buf, REFUSED_TEXT_SIZE, "%s: a server id of QUIC-LB",
			 service_name(tables,
				      ((const struct tables_quic_id *)row)
					      ->key.service));
	}
	return buf;
}
