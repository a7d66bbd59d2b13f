/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of a service. */
#include "config/service.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/claims.h"
#include "config/value.h"

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

static const struct config_word unreachable_words[] = {
	{ "silent", false },
	{ "send", true },
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

static void read_name(const struct config_place *place,
		      const struct config_key *key, const char *text, void *to)
{
	char quoted[CONFIG_QUOTED_SIZE];

	if (!name_is_valid(text))
		config_fail(place, key->name,
			    "expected up to %d visible ASCII characters "
			    "without spaces, got %s",
			    NAME_LENGTH_MAX, config_errors_quote(text, quoted));
	config_string_set(place, to, text);
}

static const struct config_type name_type = { .read = read_name };

static bool parse_port(const char *text, size_t length, uint16_t *out)
{
	uint32_t value;

	if (!config_decimal(text, length, &value))
		return false;
	if (value < 1 || value > UINT16_MAX)
		return false;
	*out = (uint16_t)value;
	return true;
}

static bool parse_ports(const char *text, struct model_ports *out)
{
	size_t length = strcspn(text, "-");

	if (!parse_port(text, length, &out->first))
		return false;
	out->last = out->first;
	if (!text[length])
		return true;
	text += length + 1;
	return parse_port(text, strlen(text), &out->last);
}

static bool read_ports(const struct config_place *place, const char *key,
		       const char *text, struct model_ports *out)
{
	char quoted[CONFIG_QUOTED_SIZE];
	struct model_ports ports;

	if (!parse_ports(text, &ports)) {
		config_fail(place, key,
			    "expected a port from 1 to 65535 or a range "
			    "of them like 5000-5005, got %s%s",
			    config_errors_quote(text, quoted),
			    config_decimal_hint(text));
		return false;
	}
	if (ports.first > ports.last) {
		config_fail(place, key, "the range is reversed; expected %u-%u",
			    ports.last, ports.first);
		return false;
	}
	*out = ports;
	return true;
}

static void tell_port_clash(void *arg, const struct config_claim *earlier,
			    const struct config_claim *later)
{
	char key[KEY_SIZE];

	snprintf(key, sizeof(key), "ports[%u]", later->item);
	config_fail(arg, key, "overlaps with ports[%u]; give each port once",
		    earlier->item);
}

/* Returns how many claims were made. */
static size_t claim_ports(const struct config_place *place,
			  const char *const *items, size_t n_items,
			  struct config_claim *claims)
{
	struct model_ports ports;
	char key[KEY_SIZE];
	size_t n = 0;

	for (size_t i = 0; i < n_items; i++) {
		snprintf(key, sizeof(key), "ports[%zu]", i);
		if (!strcmp(items[i], "all"))
			config_fail(place, key,
				    "\"all\" stands for every port; expected "
				    "it alone, or only ports");
		else if (read_ports(place, key, items[i], &ports))
			claims[n++] = (struct config_claim){
				.first = ports.first,
				.last = ports.last,
				.item = (uint32_t)i,
			};
	}
	return n;
}

static int read_port_list(const struct config_place *place,
			  const struct config_key *key,
			  const char *const *items, size_t n, void *to)
{
	struct model_service *out = to;
	struct config_claim *claims;

	if (!n)
		config_fail(place, key->name, "is missing; expected %s",
			    key->required);
	out->all_ports = n == 1 && !strcmp(items[0], "all");
	if (!n || out->all_ports)
		return 0;
	claims = calloc(n, sizeof(*claims));
	out->ports = calloc(n, sizeof(*out->ports));
	if (!claims || !out->ports) {
		free(claims);
		return -ENOMEM;
	}
	out->n_ports = claim_ports(place, items, n, claims);
	config_claims_check(claims, out->n_ports, tell_port_clash,
			    (void *)place);
	for (size_t i = 0; i < out->n_ports; i++)
		out->ports[i] =
			(struct model_ports){ claims[i].first, claims[i].last };
	free(claims);
	return 0;
}

static void print_ports(struct config_printer *printer,
			const struct config_key *key, const void *from)
{
	const struct model_service *service = from;
	FILE *out = config_printer_key(printer, key->name);

	if (service->all_ports) {
		fputs("all", out);
		return;
	}
	for (size_t i = 0; i < service->n_ports; i++) {
		const struct model_ports *ports = &service->ports[i];

		fprintf(out, "%s%u", i ? ", " : "[", ports->first);
		if (ports->last != ports->first)
			fprintf(out, "-%u", ports->last);
	}
	fputs("]", out);
}

static const struct config_type ports_type = { .read_list = read_port_list,
					       .print = print_ports };

static void check_ring_size(const struct config_place *place,
			    struct model_service *service)
{
	uint32_t size = service->ring_size;

	if (!(size & (size - 1)))
		return;
	config_fail(place, "ring_size",
		    "expected a power of two like %u, got %u",
		    MODEL_RING_SIZE_DEFAULT_MAX, size);
	service->ring_size = 0;
}

/* Who spreads packets has no flows; QUIC's say themselves where they are. */
static void check_sticky(const struct config_place *place,
			 const struct model_service *service)
{
	if (service->sticky_s && service->balance == LB_BALANCE_PACKET)
		config_fail(place, "sticky",
			    "balance: packet has no flows that could stay; "
			    "expected balance: flow or source");
	if (service->sticky_s && service->balance == LB_BALANCE_QUIC)
		config_fail(place, "sticky",
			    "with balance: quic, connection ids keep flows "
			    "where they are, on a drained backend as well; "
			    "remove the key");
}

/* Whoever asks nobody sends to all anyway. */
static void check_fail_open(const struct config_place *place,
			    const struct model_service *service)
{
	if (service->fail_open && service->health.type == HEALTH_NONE)
		config_warn(place, "fail_open",
			    "is not used: the service has no health check");
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

int config_service_judge(const struct config_place *place,
			 struct model_service *service)
{
	if (!service->ring_size)
		service->ring_size = default_ring_size(service);
	config_health_judge(place, service);
	return config_backends_judge(place, service);
}

static int finish_service(const struct config_place *place, void *group)
{
	struct model_service *service = group;
	int ret = service->name ? 0 : default_name(service, &service->name);

	if (ret)
		return ret;
	check_ring_size(place, service);
	check_sticky(place, service);
	check_fail_open(place, service);
	ret = config_filters_judge(place, service);
	if (ret || config_failed(place, ""))
		return ret;
	return config_service_judge(place, service);
}

static const struct config_key service_keys[] = {
	{ "name", "its name in metrics and commands", &name_type,
	  CONFIG_AT(model_service, name) },
	{ "address", "its address, the VIP", &config_addr,
	  CONFIG_AT(model_service, address),
	  .required = "the IPv4 or IPv6 address of the service (its VIP)" },
	{ "ports", "its UDP ports, or all", &ports_type, CONFIG_WITHIN,
	  .required = "a list of ports and ranges like [53, 5000-5005], or "
		      "all" },
	{ "balance", "what is sent to the same backend", &config_word,
	  CONFIG_AT(model_service, balance), .words = balance_words,
	  .absent = "flow" },
	{ "forward", "how packets get to a backend", &config_word,
	  CONFIG_AT(model_service, forward), .words = forward_words,
	  .absent = "nat" },
	{ "ping", "whether pings of the VIP are answered", &config_word,
	  CONFIG_AT(model_service, answer_ping), .words = config_bool_words,
	  .absent = "true" },
	{ "malformed", "what becomes of malformed packets", &config_word,
	  CONFIG_AT(model_service, drop_malformed), .words = malformed_words,
	  .absent = "pass" },
	{ "unreachable", "whether clients are told that nobody serves",
	  &config_word, CONFIG_AT(model_service, tell_unreachable),
	  .words = unreachable_words, .absent = "send" },
	{ "ring_size", "slots that are shared among the backends",
	  &config_number, CONFIG_AT(model_service, ring_size),
	  .what = "a power of two", .min = RING_SIZE_MIN,
	  .max = MODEL_RING_SIZE_MAX },
	{ "sticky", "seconds that a flow stays where it is", &config_number,
	  CONFIG_AT(model_service, sticky_s), .what = "a number of seconds",
	  .min = 1, .max = MODEL_STICKY_MAX },
	{ "allow", "prefixes of clients that it is for", &config_filters,
	  CONFIG_WITHIN },
	{ "deny", "prefixes of clients that it is not for", &config_filters,
	  CONFIG_WITHIN },
	{ "health", "how backends are asked whether they serve", &config_sub,
	  CONFIG_AT(model_service, health), .group = &config_health,
	  .live = true },
	{ "fail_open", "whether all get packets when none is healthy",
	  &config_word, CONFIG_AT(model_service, fail_open),
	  .words = config_bool_words, .absent = "false" },
	{ "backends", "over whom it is balanced", &config_subs,
	  CONFIG_AT(model_service, backends),
	  .count = offsetof(struct model_service, n_backends),
	  .group = &config_backend },
	{ NULL },
};

const struct config_group config_service = {
	.keys = service_keys,
	.size = sizeof(struct model_service),
	.noun = "service",
	.max = MODEL_SERVICES_MAX,
	.finish = finish_service,
};
