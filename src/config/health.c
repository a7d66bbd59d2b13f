/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/health.h"

#include <stdio.h>
#include <string.h>

#include "config/address.h"
#include "config/health_ask.h"
#include "health/check.h"

#define KEY_SIZE 64

static const struct config_word health_words[] = {
	{ "none", HEALTH_NONE },   { "icmp", HEALTH_ICMP },
	{ "udp", HEALTH_UDP },	   { "dns", HEALTH_DNS },
	{ "tcp", HEALTH_TCP },	   { "http", HEALTH_HTTP },
	{ "https", HEALTH_HTTPS }, { NULL, 0 },
};

static void check_schedule(const struct config_place *place,
			   const struct raw_health *raw,
			   struct model_health *out)
{
	config_value_duration(place, "health.interval", raw->interval,
			      HEALTH_INTERVAL_MIN_MS, "", &out->interval_ms);
	config_value_duration(place, "health.timeout", raw->timeout,
			      HEALTH_TIMEOUT_MIN_MS, "", &out->timeout_ms);
	config_value_number(place, "health.rise", raw->rise, "a count", 1,
			    HEALTH_COUNT_MAX, &out->rise);
	config_value_number(place, "health.fall", raw->fall, "a count", 1,
			    HEALTH_COUNT_MAX, &out->fall);
}

static bool check_type(const struct config_place *place, const char *text,
		       struct model_health *out)
{
	const int unknown = -1;
	int type;

	config_value_require(place, "health.type", text,
			     "none, icmp, udp, dns, tcp, http or https");
	type = config_value_word(place, "health.type", text, health_words,
				 unknown);
	if (type == unknown)
		return false;
	out->type = (enum health_type)type;
	return true;
}

/* What no single key shows: bounds that depend on each other, what is absent.
 */
static void check_sound(const struct config_place *place,
			const struct raw_health *raw, struct model_health *out)
{
	char why[256], at[KEY_SIZE];
	const char *key;

	if (!health_check_sound(out, &key, why, sizeof(why)))
		return;
	if (raw && !strcmp(key, "expect") && raw->expect_hex)
		key = "expect_hex";
	snprintf(at, sizeof(at), "health.%s", key);
	config_value_fail(place, at, "%s", why);
}

void config_health_check(const struct config_place *place,
			 const struct raw_health *raw, struct model_health *out)
{
	char path[sizeof(place->path) + sizeof(".health")];

	*out = (struct model_health){
		.interval_ms = 1000,
		.rise = 2,
		.fall = 3,
	};
	if (raw) {
		check_schedule(place, raw, out);
		if (!check_type(place, raw->type, out))
			return;
		config_address_host(place, "health.address", raw->address,
				    AF_UNSPEC, &out->address);
		config_value_port(place, "health.port", raw->port, &out->port);
		config_health_ask(place, raw, out);
	}
	snprintf(path, sizeof(path), "%s.health", place->path);
	if (!config_errors_within(place->errors, path))
		check_sound(place, raw, out);
}

void config_health_check_all(const struct config_place *place,
			     const struct model_service *service)
{
	struct model_health check;
	char name[ENDPOINT_STRLEN];

	for (size_t i = 0; i < service->n_backends; i++) {
		const struct model_backend *backend = &service->backends[i];

		if (!health_check_of(service, backend, &check) ||
		    check.type == HEALTH_ICMP || check.port)
			continue;
		config_value_fail(place, "health.port",
				  "is missing: the service has several ports, "
				  "so at which one is backend %s to be asked?",
				  model_backend_name(backend, name));
		return;
	}
}
