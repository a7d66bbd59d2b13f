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

/* What every IPv4 host accepts (RFC 791, 3.1). */
#define MTU_MIN 576
/* What every IPv6 link has (RFC 8200, 5). */
#define IPV6_MTU_MIN 1280

static const struct config_key tunnel_keys[] = {
	{ "source", "the outer IPv4 source", &config_addr,
	  CONFIG_AT(model_tunnel, source4), .family = AF_INET },
	{ "source6", "the outer IPv6 source", &config_addr,
	  CONFIG_AT(model_tunnel, source6), .family = AF_INET6 },
	{ "spread", "the outer IPv4 sources of ipip, by flow", &config_prefix,
	  CONFIG_AT(model_tunnel, spread4), .family = AF_INET,
	  .absent = "172.16.0.0/16", .off = true },
	{ "spread6", "the outer IPv6 sources of ipip, by flow", &config_prefix,
	  CONFIG_AT(model_tunnel, spread6), .family = AF_INET6,
	  .absent = "100::/64", .off = true },
	{ "mtu", "what fits towards the backends", &config_number,
	  CONFIG_AT(model_tunnel, mtu), .what = "an MTU", .min = MTU_MIN,
	  .max = UINT16_MAX },
	{ "too_big_rate", "ICMP \"too big\" per second to clients, at most",
	  &config_number, CONFIG_AT(model_tunnel, too_big_per_second),
	  .absent = "100", .what = "messages per second", .min = 0,
	  .max = 100000 },
	{ NULL },
};

const struct config_group config_tunnel = { .keys = tunnel_keys };

/* What the outer headers towards the service's backends take, at most. */
static unsigned int outer_length(const struct model_service *service)
{
	unsigned int length = 20;

	for (size_t i = 0; i < service->n_backends; i++)
		if (service->backends[i].address.family == AF_INET6)
			length = 40;
	return service->forward == LB_FORWARD_GUE ? length + 8 : length;
}

void config_tunnel_check(const struct config_place *place,
			 const struct model *model)
{
	for (size_t i = 0; model->tunnel.mtu && i < model->n_services; i++) {
		const struct model_service *service = &model->services[i];
		unsigned int need = IPV6_MTU_MIN + outer_length(service);

		if (service->forward < LB_FORWARD_IPIP ||
		    service->address.family != AF_INET6 ||
		    model->tunnel.mtu >= need)
			continue;
		config_warn(place, "tunnel.mtu",
			    "IPv6 senders may ignore that less than %u "
			    "bytes fit; expected at least %u for the "
			    "tunnels of services[%zu] \"%s\"",
			    IPV6_MTU_MIN, need, i, service->name);
		return;
	}
}
