/* SPDX-License-Identifier: GPL-2.0-only */
#include "config_service.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_claims.h"

#define NAME_LENGTH_MAX 63
#define RING_SIZE_MIN	16
#define KEY_SIZE	64

static const struct config_word balance_words[] = {
	{"flow", LB_BALANCE_FLOW},
	{"source", LB_BALANCE_SOURCE},
	{"packet", LB_BALANCE_PACKET},
	{"quic", CONFIG_WORD_UNSUPPORTED},
	{NULL, 0},
};

static const struct config_word forward_words[] = {
	{"nat", LB_FORWARD_NAT},	  {"snat", LB_FORWARD_SNAT},
	{"dsr", LB_FORWARD_DSR},	  {"ipip", CONFIG_WORD_UNSUPPORTED},
	{"gue", CONFIG_WORD_UNSUPPORTED}, {NULL, 0},
};

static const struct config_word health_words[] = {
	{"none", HEALTH_NONE}, {"icmp", HEALTH_ICMP}, {"udp", HEALTH_UDP},
	{"tcp", HEALTH_TCP},   {"http", HEALTH_HTTP}, {NULL, 0},
};

/* Names become labels of metrics and arguments of commands. */
static bool name_is_valid(const char *name)
{
	size_t length = strlen(name);

	for (const char *c = name; *c; c++)
		if (*c <= ' ' || *c > '~')
			return false;
	return length > 0 && length <= NAME_LENGTH_MAX;
}

/* "192.0.2.1:53", or "192.0.2.1:all". */
static int default_name(const struct model_service *service, char **out)
{
	char address[ADDR_STRLEN];
	int length;

	addr_format(&service->address, address);
	if (service->n_ports)
		length = asprintf(out, "%s:%u", address,
				  service->ports[0].first);
	else
		length = asprintf(out, "%s:all", address);
	if (length >= 0)
		return 0;
	*out = NULL;
	return -ENOMEM;
}

static int check_name(const struct config_place *place, const char *text,
		      struct model_service *out)
{
	char quoted[CONFIG_QUOTED_SIZE];

	if (!text)
		return default_name(out, &out->name);
	if (!name_is_valid(text))
		config_value_fail(place, "name",
				  "expected up to %d visible ASCII characters "
				  "without spaces, got %s",
				  NAME_LENGTH_MAX,
				  config_errors_quote(text, quoted));
	out->name = strdup(text);
	return out->name ? 0 : -ENOMEM;
}

static void tell_port_clash(void *arg, const struct config_claim *earlier,
			    const struct config_claim *later)
{
	char key[KEY_SIZE];

	snprintf(key, sizeof(key), "ports[%u]", later->item);
	config_value_fail(arg, key,
			  "overlaps with ports[%u]; give each port once",
			  earlier->item);
}

/* Returns how many claims were made. */
static size_t claim_ports(const struct config_place *place,
			  const struct raw_service *raw,
			  struct config_claim *claims)
{
	struct model_ports ports;
	char key[KEY_SIZE];
	size_t n = 0;

	for (unsigned int i = 0; i < raw->n_ports; i++) {
		snprintf(key, sizeof(key), "ports[%u]", i);
		if (!strcmp(raw->ports[i], "all")) {
			config_value_fail(place, key,
					  "\"all\" stands for every port; "
					  "expected it alone, or only ports");
			continue;
		}
		if (!config_value_ports(place, key, raw->ports[i], &ports))
			continue;
		claims[n++] = (struct config_claim){
			.first = ports.first,
			.last = ports.last,
			.item = i,
		};
	}
	return n;
}

static int check_ports(const struct config_place *place,
		       const struct raw_service *raw, struct model_service *out)
{
	struct config_claim *claims;
	size_t n;

	if (!raw->n_ports) {
		config_value_fail(place, "ports",
				  "is missing; expected a list of ports and "
				  "ranges like [53, 5000-5005], or all");
		return 0;
	}
	if (raw->n_ports == 1 && !strcmp(raw->ports[0], "all")) {
		out->all_ports = true;
		return 0;
	}
	claims = calloc(raw->n_ports, sizeof(*claims));
	out->ports = calloc(raw->n_ports, sizeof(*out->ports));
	if (!claims || !out->ports) {
		free(claims);
		return -ENOMEM;
	}
	n = claim_ports(place, raw, claims);
	config_claims_check(claims, n, tell_port_clash, (void *)place);
	for (size_t i = 0; i < n; i++)
		out->ports[i] =
			(struct model_ports){claims[i].first, claims[i].last};
	out->n_ports = n;
	free(claims);
	return 0;
}

static void check_ring_size(const struct config_place *place, const char *text,
			    struct model_service *out)
{
	uint32_t size = 0;

	config_value_number(place, "ring_size", text, "a power of two",
			    RING_SIZE_MIN, MODEL_RING_SIZE_MAX, &size);
	if (size & (size - 1)) {
		config_value_fail(place, "ring_size",
				  "expected a power of two like %u, got %u",
				  MODEL_RING_SIZE_DEFAULT_MAX, size);
		return;
	}
	out->ring_size = size;
}

/*
 * 128 slots for a backend of average weight and 8 for the lightest keep shares
 * exact to a per cent or so.  More would cost time at every start: a card takes
 * its slots one by one.
 */
static uint32_t default_ring_size(const struct model_service *service)
{
	uint64_t total = 0, wanted = 128 * service->n_backends;
	uint32_t size = MODEL_RING_SIZE_DEFAULT_MIN;
	uint16_t least = MODEL_WEIGHT_MAX;

	for (size_t i = 0; i < service->n_backends; i++) {
		total += service->backends[i].weight;
		if (service->backends[i].weight < least)
			least = service->backends[i].weight;
	}
	if (wanted < 8 * total / least)
		wanted = 8 * total / least;
	while (size < wanted && size < MODEL_RING_SIZE_DEFAULT_MAX)
		size *= 2;
	return size;
}

static void check_health(const struct config_place *place,
			 const struct raw_health *raw, struct model_health *out)
{
	uint32_t rise = 2, fall = 3;

	out->interval_ms = 1000;
	if (raw) {
		config_value_require(place, "health.type", raw->type,
				     "none, icmp, udp, tcp or http");
		out->type = (enum health_type)config_value_word(
			place, "health.type", raw->type, health_words,
			HEALTH_NONE);
		config_value_duration(place, "health.interval", raw->interval,
				      &out->interval_ms);
		config_value_number(place, "health.rise", raw->rise, "a count",
				    1, 100, &rise);
		config_value_number(place, "health.fall", raw->fall, "a count",
				    1, 100, &fall);
	}
	out->rise = rise;
	out->fall = fall;
	if (raw && raw->send && out->type != HEALTH_UDP)
		config_value_fail(place, "health.send",
				  "is only for type: udp; remove it");
	if (raw && raw->expect && out->type != HEALTH_UDP)
		config_value_fail(place, "health.expect",
				  "is only for type: udp; remove it");
	if (out->type != HEALTH_NONE)
		config_value_warn(place, "health.type",
				  "health checks are not carried out by this "
				  "version; a backend serves while its "
				  "neighbour entry is valid");
}

static void check_backend(const struct config_place *place,
			  const struct raw_backend *raw,
			  struct model_backend *out)
{
	uint32_t weight = 1;

	config_value_require(place, "address", raw->address,
			     "the backend's IPv4 address");
	config_value_address(place, "address", raw->address, &out->address);
	config_value_port(place, "port", raw->port, &out->port);
	config_value_number(place, "weight", raw->weight, "a weight", 1,
			    MODEL_WEIGHT_MAX, &weight);
	out->weight = (uint16_t)weight;
	out->has_mac = config_value_mac(place, "mac", raw->mac, out->mac);
}

static int check_backends(const struct config_place *place,
			  const struct raw_service *raw,
			  struct model_service *out)
{
	struct config_place below;

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
	}
	return 0;
}

/* Whether a packet's port alone tells where its reply must come from. */
static bool has_one_port(const struct model_service *service)
{
	return service->n_ports == 1 &&
	       service->ports[0].first == service->ports[0].last;
}

static void check_forward(const struct config_place *place,
			  const struct model_service *service, size_t index)
{
	const struct model_backend *backend = &service->backends[index];
	char key[KEY_SIZE];

	if (backend->port && service->forward == LB_FORWARD_DSR) {
		snprintf(key, sizeof(key), "backends[%zu].port", index);
		config_value_fail(place, key,
				  "forward: dsr does not change packets, so "
				  "the backend gets them at the service's "
				  "port; remove this key");
	}
	if (backend->port && service->forward == LB_FORWARD_NAT &&
	    !has_one_port(service)) {
		snprintf(key, sizeof(key), "backends[%zu].port", index);
		config_value_fail(
			place, key,
			"with forward: nat and several service ports, a reply "
			"from port %u could belong to any of them; remove "
			"this key (packets keep their port), make it a "
			"service per port, or use forward: snat",
			backend->port);
	}
	if (service->forward != LB_FORWARD_DSR &&
	    !addr_compare(&backend->address, &service->address)) {
		snprintf(key, sizeof(key), "backends[%zu].address", index);
		config_value_fail(place, key,
				  "is the service's own address, so packets "
				  "would come back to it; expected the address "
				  "of another host");
	}
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

int config_service_check(const struct config_place *place,
			 const struct raw_service *raw,
			 struct model_service *out)
{
	int ret;

	config_value_require(place, "address", raw->address,
			     "the IPv4 address of the service (its VIP)");
	config_value_address(place, "address", raw->address, &out->address);
	ret = check_ports(place, raw, out);
	if (!ret)
		ret = check_name(place, raw->name, out);
	if (ret)
		return ret;
	out->balance = (enum lb_balance)config_value_word(
		place, "balance", raw->balance, balance_words, LB_BALANCE_FLOW);
	out->forward = (enum lb_forward)config_value_word(
		place, "forward", raw->forward, forward_words, LB_FORWARD_NAT);
	check_ring_size(place, raw->ring_size, out);
	check_health(place, raw->health, &out->health);
	ret = check_backends(place, raw, out);
	if (ret || config_errors_within(place->errors, place->path))
		return ret;
	for (size_t i = 0; i < out->n_backends; i++)
		check_forward(place, out, i);
	if (!out->ring_size)
		out->ring_size = default_ring_size(out);
	check_shares(place, out);
	return check_same_backend(place, out);
}
