/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of a backend; and backends judged by their service and each other.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/claims.h"
#include "config/config.h"
#include "config/service.h"
#include "config/value.h"

#define KEY_SIZE 64
#define GUE_PORT 6080 /* "gue" in IANA's list of service names and ports */

static const struct config_key backend_keys[] = {
	{ "address", "its address", &config_addr,
	  CONFIG_AT(model_backend, address),
	  .required = "the backend's IPv4 or IPv6 address" },
	{ "port", "its port, where that is another one", &config_number,
	  CONFIG_AT(model_backend, port), .what = "a port", .min = 1,
	  .max = UINT16_MAX },
	{ "weight", "its share", &config_number,
	  CONFIG_AT(model_backend, weight), .absent = "1", .what = "a weight",
	  .min = 1, .max = MODEL_WEIGHT_MAX, .live = true },
	{ "drain", "whether it gets no new flows", &config_word,
	  CONFIG_AT(model_backend, drain), .words = config_bool_words,
	  .absent = "false", .silent = true, .live = true },
	{ "mac", "its MAC address, where ARP and ND cannot tell", &config_mac,
	  CONFIG_WITHIN },
	{ "health_address", "whom health checks ask in its place", &config_addr,
	  CONFIG_AT(model_backend, health_address), .live = true },
	{ "server_id", "its ids in QUIC connection ids", &config_server_ids,
	  CONFIG_WITHIN },
	{ NULL },
};

const struct config_group config_backend = {
	.keys = backend_keys,
	.size = sizeof(struct model_backend),
	.noun = "backend",
	.max = MODEL_BACKENDS_MAX,
};

static const struct config_key request_keys[] = {
	{ "backends", "those to be added", &config_subs,
	  CONFIG_AT(model_service, backends),
	  .count = offsetof(struct model_service, n_backends),
	  .group = &config_backend },
	{ NULL },
};

int config_parse_backends(const struct config_tree *tree,
			  struct config_errors *errors,
			  struct model_service *service)
{
	static const struct config_group request = { .keys = request_keys };
	const struct config_place top = { .errors = errors, .tree = tree };
	int ret = config_read_root(&top, &request, service);

	return !ret && config_errors_any(errors) ? -EINVAL : ret;
}

/* Whether a packet's port alone tells where its reply must come from. */
static bool has_one_port(const struct model_service *service)
{
	return service->n_ports == 1 &&
	       service->ports[0].first == service->ports[0].last;
}

static void check_port(const struct config_place *place,
		       const struct model_service *service, uint16_t port,
		       const char *key)
{
	switch (service->forward) {
	case LB_FORWARD_DSR:
		config_fail(place, key,
			    "forward: dsr does not change packets, so "
			    "the backend gets them at the service's "
			    "port; remove this key");
		break;
	case LB_FORWARD_IPIP:
		config_fail(place, key,
			    "forward: ipip does not change what it "
			    "carries, so the backend gets packets at "
			    "the service's port, and its own header has "
			    "none; remove this key, or use forward: gue");
		break;
	case LB_FORWARD_NAT:
		if (has_one_port(service))
			break;
		config_fail(
			place, key,
			"with forward: nat and several service ports, a reply "
			"from port %u could belong to any of them; remove "
			"this key (packets keep their port), make it a "
			"service per port, or use forward: snat",
			port);
		break;
	default:
		break;
	}
}

static void check_forward_address(const struct config_place *place,
				  const struct model_service *service,
				  const struct addr *address, const char *key)
{
	sa_family_t ours = service->address.family;

	if (service->forward < LB_FORWARD_IPIP && address->family != ours) {
		config_fail(place, key,
			    "is an %s address, but the service's is "
			    "%s; expected the same family, or "
			    "forward: ipip or gue, which carry either "
			    "to either",
			    config_family_name(address->family),
			    config_family_name(ours));
		return;
	}
	if (service->forward != LB_FORWARD_DSR &&
	    !addr_compare(address, &service->address))
		config_fail(place, key,
			    "is the service's own address, so packets "
			    "would come back to it; expected the address "
			    "of another host");
}

static void check_forward(const struct config_place *place,
			  const struct model_service *service, size_t index)
{
	struct model_backend *backend = &service->backends[index];
	char key[KEY_SIZE];

	if (backend->port) {
		snprintf(key, sizeof(key), "backends[%zu].port", index);
		check_port(place, service, backend->port, key);
	}
	snprintf(key, sizeof(key), "backends[%zu].address", index);
	check_forward_address(place, service, &backend->address, key);
	if (service->forward == LB_FORWARD_GUE && !backend->port)
		backend->port = GUE_PORT;
}

/* With fewer slots than its share needs, a backend may never get a packet. */
static void check_shares(const struct config_place *place,
			 const struct model_service *service)
{
	uint64_t total = 0;
	char key[KEY_SIZE];

	if (service->ring_size < service->n_backends) {
		config_fail(place, "ring_size",
			    "%u slots are too few for %zu backends",
			    service->ring_size, service->n_backends);
		return;
	}
	for (size_t i = 0; i < service->n_backends; i++)
		total += service->backends[i].weight;
	for (size_t i = 0; i < service->n_backends; i++) {
		uint16_t weight = service->backends[i].weight;

		if ((uint64_t)weight * service->ring_size >= total)
			continue;
		snprintf(key, sizeof(key), "backends[%zu]", i);
		config_warn(place, key,
			    "a weight of %u in %llu is less than one of "
			    "the %u slots; the backend may get nothing "
			    "(raise weight or ring_size)",
			    weight, (unsigned long long)total,
			    service->ring_size);
	}
}

static void tell_same_backend(void *arg, const struct config_claim *earlier,
			      const struct config_claim *later)
{
	char key[KEY_SIZE];

	snprintf(key, sizeof(key), "backends[%u]", later->item);
	config_fail(arg, key,
		    "is the same as backends[%u]; remove one (a larger "
		    "share is given by its weight)",
		    earlier->item);
}

static int check_same_backend(const struct config_place *place,
			      const struct model_service *service)
{
	size_t n = service->n_backends;
	struct config_claim *claims;

	if (n < 2)
		return 0;
	claims = calloc(n, sizeof(*claims));
	if (!claims)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		claims[i] = (struct config_claim){
			.address = service->backends[i].address,
			.first = service->backends[i].port,
			.last = service->backends[i].port,
			.item = (uint32_t)i,
		};
	config_claims_check(claims, n, tell_same_backend, (void *)place);
	free(claims);
	return 0;
}

int config_backends_judge(const struct config_place *place,
			  struct model_service *service)
{
	int ret;

	for (size_t i = 0; i < service->n_backends; i++)
		check_forward(place, service, i);
	check_shares(place, service);
	ret = config_quic_judge(place, service);
	return ret ? ret : check_same_backend(place, service);
}
