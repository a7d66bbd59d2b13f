/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/backend.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/address.h"
#include "config/claims.h"
#include "config/quic.h"

#define KEY_SIZE 64
#define GUE_PORT 6080 /* "gue" in IANA's list of service names and ports */

static void check_backend(const struct config_place *place,
			  const struct raw_backend *raw,
			  struct model_backend *out)
{
	uint32_t weight = 1;

	config_value_require(place, "address", raw->address,
			     "the backend's IPv4 or IPv6 address");
	config_address_host(place, "address", raw->address, AF_UNSPEC,
			    &out->address);
	config_value_port(place, "port", raw->port, &out->port);
	config_value_number(place, "weight", raw->weight, "a weight", 1,
			    MODEL_WEIGHT_MAX, &weight);
	out->weight = (uint16_t)weight;
	out->drain = config_value_bool(place, "drain", raw->drain, false);
	out->has_mac = config_address_mac(place, "mac", raw->mac, out->mac);
	config_address_host(place, "health_address", raw->health_address,
			    AF_UNSPEC, &out->health_address);
}

int config_backend_check(const struct config_place *place,
			 const struct raw_service *raw,
			 struct model_service *out)
{
	struct config_place below;
	int ret;

	if (!raw->n_backends) {
		config_value_fail(place, "backends",
				  "expected at least one backend");
		return 0;
	}
	if (raw->n_backends > MODEL_BACKENDS_MAX) {
		config_value_fail(place, "backends",
				  "expected at most %u backends, got %u",
				  MODEL_BACKENDS_MAX, raw->n_backends);
		return 0;
	}
	out->backends = calloc(raw->n_backends, sizeof(*out->backends));
	if (!out->backends)
		return -ENOMEM;
	out->n_backends = raw->n_backends;
	for (unsigned int i = 0; i < raw->n_backends; i++) {
		below = config_value_item(place, "backends", i);
		check_backend(&below, &raw->backends[i], &out->backends[i]);
		ret = config_quic_parse(&below, &raw->backends[i],
					&out->backends[i]);
		if (ret)
			return ret;
	}
	return 0;
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
		config_value_fail(place, key,
				  "forward: dsr does not change packets, so "
				  "the backend gets them at the service's "
				  "port; remove this key");
		break;
	case LB_FORWARD_IPIP:
		config_value_fail(place, key,
				  "forward: ipip does not change what it "
				  "carries, so the backend gets packets at "
				  "the service's port, and its own header has "
				  "none; remove this key, or use forward: gue");
		break;
	case LB_FORWARD_NAT:
		if (has_one_port(service))
			break;
		config_value_fail(
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
		config_value_fail(place, key,
				  "is an %s address, but the service's is "
				  "%s; expected the same family, or "
				  "forward: ipip or gue, which carry either "
				  "to either",
				  config_address_family(address->family),
				  config_address_family(ours));
		return;
	}
	if (service->forward != LB_FORWARD_DSR &&
	    !addr_compare(address, &service->address))
		config_value_fail(place, key,
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
		config_value_fail(place, "ring_size",
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
		config_value_warn(place, key,
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
	config_value_fail(arg, key,
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

int config_backend_check_all(const struct config_place *place,
			     struct model_service *service)
{
	int ret;

	for (size_t i = 0; i < service->n_backends; i++)
		check_forward(place, service, i);
	check_shares(place, service);
	ret = config_quic_check(place, service);
	return ret ? ret : check_same_backend(place, service);
}
