/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/top.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "config/address.h"
#include "config/presence.h"
#include "config/rules.h"
#include "config/service.h"
#include "config/tunnel.h"

static const struct config_word mode_words[] = {
	{ "auto", MODE_AUTO }, { "hw", MODE_HW }, { "drv", MODE_DRV },
	{ "skb", MODE_SKB },   { NULL, 0 },
};

/* The kernel's rules: dev_valid_name() in net/core/dev.c. */
static bool interface_is_valid(const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length >= IF_NAMESIZE)
		return false;
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (; *name; name++)
		if (*name == '/' || *name == ':' ||
		    isspace((unsigned char)*name))
			return false;
	return true;
}

static void check_interface(const struct config_place *place, const char *text,
			    struct model *out)
{
	char quoted[CONFIG_QUOTED_SIZE];

	config_value_require(place, "interface", text,
			     "the name of a network interface");
	if (!text)
		return;
	if (!interface_is_valid(text)) {
		config_value_fail(place, "interface",
				  "expected the name of a network interface "
				  "(up to %d characters, no spaces, no / and "
				  "no :), got %s",
				  IF_NAMESIZE - 1,
				  config_errors_quote(text, quoted));
		return;
	}
	memcpy(out->interface, text, strlen(text) + 1);
}

/* Unlike other addresses it may be the unspecified or a loopback one. */
static bool can_listen(const struct addr *addr)
{
	uint32_t v4 = ntohl(addr->v4.s_addr);

	if (addr->family == AF_INET6)
		return !IN6_IS_ADDR_MULTICAST(&addr->v6);
	return !IN_MULTICAST(v4) && !IN_BADCLASS(v4);
}

static void check_listen(const struct config_place *place, const char *text,
			 struct model *out)
{
	char quoted[CONFIG_QUOTED_SIZE];
	struct addr addr;
	uint16_t port;

	out->metrics_address = (struct addr){
		.family = AF_INET,
		.v4.s_addr = htonl(INADDR_LOOPBACK),
	};
	out->metrics_port = 8000;
	if (!text)
		return;
	if (addr_parse_endpoint(text, &addr, &port) || port == 0) {
		config_value_fail(place, "metrics.listen",
				  "expected ADDRESS:PORT like 127.0.0.1:8000 "
				  "or \"[::1]:8000\", got %s",
				  config_errors_quote(text, quoted));
		return;
	}
	if (!can_listen(&addr)) {
		config_value_fail(place, "metrics.listen",
				  "expected an address of this machine, got %s",
				  config_errors_quote(text, quoted));
		return;
	}
	out->metrics_address = addr;
	out->metrics_port = port;
}

static int check_admin(const struct config_place *place,
		       const struct raw_admin *raw, struct model *out)
{
	size_t max = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;

	if (!raw)
		return 0;
	config_value_require(place, "admin.socket", raw->socket,
			     "the path of a socket");
	if (!raw->socket)
		return 0;
	if (strcmp(raw->socket, "none") != 0 &&
	    (*raw->socket != '/' || strlen(raw->socket) > max)) {
		config_value_fail(place, "admin.socket",
				  "expected an absolute path of up to %zu "
				  "bytes, like /run/udplb.sock, or none",
				  max);
		return 0;
	}
	out->admin_socket = strdup(raw->socket);
	return out->admin_socket ? 0 : -ENOMEM;
}

static int check_services(const struct config_place *place,
			  const struct config_raw *raw, struct model *out)
{
	struct config_place below;
	int ret;

	if (!raw->n_services) {
		config_value_fail(place, "services",
				  "expected at least one service");
		return 0;
	}
	if (raw->n_services > MODEL_SERVICES_MAX) {
		config_value_fail(place, "services",
				  "expected at most %u services, got %u",
				  MODEL_SERVICES_MAX, raw->n_services);
		return 0;
	}
	out->services = calloc(raw->n_services, sizeof(*out->services));
	if (!out->services)
		return -ENOMEM;
	for (unsigned int i = 0; i < raw->n_services; i++) {
		below = config_value_item(place, "services", i);
		out->n_services = i + 1;
		ret = config_service_check(&below, &raw->services[i],
					   &out->services[i]);
		if (ret)
			return ret;
	}
	ret = config_rules_check(place, raw, out);
	if (!ret && !config_errors_any(place->errors))
		config_tunnel_check_services(place, out);
	return ret;
}

static bool is_any_sticky(const struct config_raw *raw)
{
	for (unsigned int i = 0; i < raw->n_services; i++)
		if (raw->services[i].sticky)
			return true;
	return false;
}

static void check_flows(const struct config_place *place,
			const struct config_raw *raw, struct model *out)
{
	out->flows = MODEL_FLOWS_DEFAULT;
	config_value_number(place, "flows", raw->flows, "a number of flows", 1,
			    MODEL_FLOWS_MAX, &out->flows);
	if (raw->flows && !is_any_sticky(raw))
		config_value_warn(place, "flows",
				  "is not used: no service is sticky");
}

int config_check(const struct config_place *place, const struct config_raw *raw,
		 struct model *out)
{
	int ret;

	check_interface(place, raw->interface, out);
	out->mode = (enum mode)config_value_word(place, "mode", raw->mode,
						 mode_words, MODE_AUTO);
	out->latency = config_value_bool(place, "latency", raw->latency, true);
	out->persist = config_value_bool(place, "persist", raw->persist, false);
	check_flows(place, raw, out);
	config_address_router(place, "gateway", raw->gateway, AF_INET,
			      &out->gateway);
	config_address_router(place, "gateway6", raw->gateway6, AF_INET6,
			      &out->gateway6);
	config_tunnel_check(place, raw->tunnel, &out->tunnel);
	config_presence_check(place, raw->presence, &out->presence);
	check_listen(place, raw->metrics ? raw->metrics->listen : NULL, out);
	ret = check_admin(place, raw->admin, out);
	return ret ? ret : check_services(place, raw, out);
}
