/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A NIC of a backend, and a router with several paths to it, choose by the
 * addresses and ports of the outer header.  GUE has a port to vary.  An IPIP
 * header has none, so all flows between us and a backend would end up in one
 * queue; that is why its source address is varied instead.  The addresses are
 * those that Katran uses for the same purpose: a private /16 that is seldom in
 * use, and the discard prefix of RFC 6666, which is nobody's.
 */
#include "config/tunnel.h"

#include <string.h>

#include "config/address.h"

/* What every IPv4 host accepts (RFC 791, 3.1). */
#define MTU_MIN 576
/* What every IPv6 link has (RFC 8200, 5). */
#define IPV6_MTU_MIN 1280

#define TOO_BIG_PER_SECOND_DEFAULT 100
#define TOO_BIG_PER_SECOND_MAX	   100000

/* A shorter one may hold addresses that are no host's, as 224.0.0.0/3 does. */
#define SPREAD_LENGTH_MIN 8

static void spread_default(sa_family_t family, struct model_prefix *out)
{
	*out = (struct model_prefix){ .address.family = family, .length = 16 };
	if (family == AF_INET) {
		out->address.v4.s_addr = htonl(0xac100000); /* 172.16.0.0 */
	} else {
		out->address.bytes[0] = 1; /* 100:: */
		out->length = 64;
	}
}

static void check_spread(const struct config_place *place, const char *key,
			 const char *text, sa_family_t family,
			 struct model_prefix *out)
{
	uint8_t max = family == AF_INET6 ? 127 : 31;
	char quoted[CONFIG_QUOTED_SIZE];
	struct model_prefix prefix;
	const char *why;

	spread_default(family, out);
	if (text && !strcmp(text, "off")) {
		*out = (struct model_prefix){ .length = 0 };
		return;
	}
	if (!config_address_prefix(place, key, text, family, &prefix))
		return;
	why = addr_not_unicast(&prefix.address);
	if (why) {
		config_value_fail(place, key,
				  "expected source addresses that a host may "
				  "have, or off; %s is %s",
				  config_errors_quote(text, quoted), why);
		return;
	}
	if (prefix.length < SPREAD_LENGTH_MIN || prefix.length > max) {
		config_value_fail(place, key,
				  "expected a prefix of %u to %u bits, or "
				  "off, got %s",
				  SPREAD_LENGTH_MIN, max,
				  config_errors_quote(text, quoted));
		return;
	}
	*out = prefix;
}

void config_tunnel_check(const struct config_place *place,
			 const struct raw_tunnel *raw, struct model_tunnel *out)
{
	static const struct raw_tunnel absent;
	uint32_t mtu = 0, rate = TOO_BIG_PER_SECOND_DEFAULT;

	if (!raw)
		raw = &absent;
	config_address_host(place, "tunnel.source", raw->source, AF_INET,
			    &out->source4);
	config_address_host(place, "tunnel.source6", raw->source6, AF_INET6,
			    &out->source6);
	check_spread(place, "tunnel.spread", raw->spread, AF_INET,
		     &out->spread4);
	check_spread(place, "tunnel.spread6", raw->spread6, AF_INET6,
		     &out->spread6);
	config_value_number(place, "tunnel.mtu", raw->mtu, "an MTU", MTU_MIN,
			    UINT16_MAX, &mtu);
	config_value_number(place, "tunnel.too_big_rate", raw->too_big_rate,
			    "messages per second", 0, TOO_BIG_PER_SECOND_MAX,
			    &rate);
	out->mtu = (uint16_t)mtu;
	out->too_big_per_second = rate;
}

/* What the outer headers towards the service's backends take, at most. */
static unsigned int outer_length(const struct model_service *service)
{
	unsigned int length = 20;

	for (size_t i = 0; i < service->n_backends; i++)
		if (service->backends[i].address.family == AF_INET6)
			length = 40;
	return service->forward == LB_FORWARD_GUE ? length + 8 : length;
}

void config_tunnel_check_services(const struct config_place *place,
				  const struct model *model)
{
	for (size_t i = 0; model->tunnel.mtu && i < model->n_services; i++) {
		const struct model_service *service = &model->services[i];
		unsigned int need = IPV6_MTU_MIN + outer_length(service);

		if (service->forward < LB_FORWARD_IPIP ||
		    service->address.family != AF_INET6 ||
		    model->tunnel.mtu >= need)
			continue;
		config_value_warn(place, "tunnel.mtu",
				  "IPv6 senders may ignore that less than %u "
				  "bytes fit; expected at least %u for the "
				  "tunnels of services[%zu] \"%s\"",
				  IPV6_MTU_MIN, need, i, service->name);
		return;
	}
}
