/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/service.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/address.h"
#include "config/backend.h"
#include "config/claims.h"
#include "config/filter.h"
#include "config/health.h"

#define NAME_LENGTH_MAX 63
#define RING_SIZE_MIN	16
#define KEY_SIZE	64

static const struct config_word balance_words[] = {
	{ "flow", LB_BALANCE_FLOW },
	{ "source", LB_BALANCE_SOURCE },
	{ "packet", LB_BALANCE_PACKET },
	{ "quic", LB_BALANCE_QUIC },
	{ NULL, 0 },
};

static const struct config_word forward_words[] = {
	{ "nat", LB_FORWARD_NAT }, { "snat", LB_FORWARD_SNAT },
	{ "dsr", LB_FORWARD_DSR }, { "ipip", LB_FORWARD_IPIP },
	{ "gue", LB_FORWARD_GUE }, { NULL, 0 },
};

static const struct config_word malformed_words[] = {
	{ "pass", false },
	{ "drop", true },
	{ NULL, 0 },
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

/* "192.0.2.1:53", "[2001:db8::1]:53", or "192.0.2.1:all". */
static int default_name(const struct model_service *service, char **out)
{
	bool brackets = service->address.family == AF_INET6;
	char endpoint[ENDPOINT_STRLEN], address[ADDR_STRLEN];

	if (service->n_ports) {
		addr_format_endpoint(&service->address, service->ports[0].first,
				     endpoint);
		*out = strdup(endpoint);
		return *out ? 0 : -ENOMEM;
	}
	if (asprintf(out, "%s%s%s:all", brackets ? "[" : "",
		     addr_format(&service->address, address),
		     brackets ? "]" : "") >= 0)
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
			(struct model_ports){ claims[i].first, claims[i].last };
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

/* Who spreads packets has no flows; QUIC's say themselves where they are. */
static void check_sticky(const struct config_place *place, const char *text,
			 struct model_service *out)
{
	config_value_number(place, "sticky", text, "a number of seconds", 1,
			    MODEL_STICKY_MAX, &out->sticky_s);
	if (out->sticky_s && out->balance == LB_BALANCE_PACKET)
		config_value_fail(place, "sticky",
				  "balance: packet has no flows that could "
				  "stay; expected balance: flow or source");
	if (out->sticky_s && out->balance == LB_BALANCE_QUIC)
		config_value_fail(place, "sticky",
				  "with balance: quic, connection ids keep "
				  "flows where they are, on a drained backend "
				  "as well; remove the key");
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

static void check_words(const struct config_place *place,
			const struct raw_service *raw,
			struct model_service *out)
{
	out->balance = (enum lb_balance)config_value_word(
		place, "balance", raw->balance, balance_words, LB_BALANCE_FLOW);
	out->forward = (enum lb_forward)config_value_word(
		place, "forward", raw->forward, forward_words, LB_FORWARD_NAT);
	out->answer_ping = config_value_bool(place, "ping", raw->ping, true);
	out->drop_malformed = config_value_word(
		place, "malformed", raw->malformed, malformed_words, false);
}

int config_service_check(const struct config_place *place,
			 const struct raw_service *raw,
			 struct model_service *out)
{
	int ret;

	config_value_require(place, "address", raw->address,
			     "the IPv4 or IPv6 address of the service (its "
			     "VIP)");
	config_address_host(place, "address", raw->address, AF_UNSPEC,
			    &out->address);
	ret = check_ports(place, raw, out);
	if (!ret)
		ret = check_name(place, raw->name, out);
	if (ret)
		return ret;
	check_words(place, raw, out);
	check_ring_size(place, raw->ring_size, out);
	check_sticky(place, raw->sticky, out);
	config_health_check(place, raw->health, &out->health);
	ret = config_filter_check(place, raw, out);
	if (!ret)
		ret = config_backend_check(place, raw, out);
	if (ret || config_errors_within(place->errors, place->path))
		return ret;
	if (!out->ring_size)
		out->ring_size = default_ring_size(out);
	config_health_check_all(place, out);
	return config_backend_check_all(place, out);
}
