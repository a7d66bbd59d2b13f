/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of the top, but for the services. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "config/direct.h"
#include "config/rules.h"
#include "config/service.h"
#include "config/tunnel.h"
#include "config/value.h"

static const struct config_word mode_words[] = {
	{ "auto", MODE_AUTO }, { "hw", MODE_HW }, { "drv", MODE_DRV },
	{ "skb", MODE_SKB },   { NULL, 0 },
};

static const struct config_word dispatcher_words[] = {
	{ "auto", DISPATCHER_AUTO },
	{ "yes", DISPATCHER_YES },
	{ "no", DISPATCHER_NO },
	{ NULL, 0 },
};

static const struct config_word announce_words[] = {
	{ "auto", PRESENCE_AUTO },
	{ "yes", PRESENCE_YES },
	{ "no", PRESENCE_NO },
	{ NULL, 0 },
};

static const struct config_word shown_words[] = {
	{ "all", METRICS_ALL },
	{ "down", METRICS_DOWN },
	{ "no", METRICS_NONE },
	{ NULL, 0 },
};

static const struct config_word assign_words[] = {
	{ "none", PRESENCE_NOWHERE },
	{ "interface", PRESENCE_INTERFACE },
	{ "loopback", PRESENCE_LOOPBACK },
	{ NULL, 0 },
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

static void read_interface(const struct config_place *place,
			   const struct config_key *key, const char *text,
			   void *to)
{
	char quoted[CONFIG_QUOTED_SIZE];

	if (interface_is_valid(text))
		memcpy(to, text, strlen(text) + 1);
	else
		config_fail(place, key->name,
			    "expected the name of a network interface (up to "
			    "%d characters, no spaces, no / and no :), got %s",
			    IF_NAMESIZE - 1, config_errors_quote(text, quoted));
}

static const struct config_type interface_type = {
	.read = read_interface, .print = config_print_string
};

/* Unlike other addresses it may be the unspecified or a loopback one. */
static bool can_listen(const struct addr *addr)
{
	uint32_t v4 = ntohl(addr->v4.s_addr);

	if (addr->family == AF_INET6)
		return !IN6_IS_ADDR_MULTICAST(&addr->v6);
	return !IN_MULTICAST(v4) && !IN_BADCLASS(v4);
}

static void read_listen(const struct config_place *place,
			const struct config_key *key, const char *text,
			void *to)
{
	char quoted[CONFIG_QUOTED_SIZE];
	struct model *model = to;
	struct addr addr;
	uint16_t port;

	config_errors_quote(text, quoted);
	if (addr_parse_endpoint(text, &addr, &port) || port == 0) {
		config_fail(place, key->name,
			    "expected ADDRESS:PORT like 127.0.0.1:8000 or "
			    "\"[::1]:8000\", got %s",
			    quoted);
	} else if (!can_listen(&addr)) {
		config_fail(place, key->name,
			    "expected an address of this machine, got %s",
			    quoted);
	} else {
		model->metrics_address = addr;
		model->metrics_port = port;
	}
}

static void print_listen(struct config_printer *printer,
			 const struct config_key *key, const void *from)
{
	const struct model *model = from;
	char text[ENDPOINT_STRLEN];

	fprintf(config_printer_key(printer, key->name), "\"%s\"",
		addr_format_endpoint(&model->metrics_address,
				     model->metrics_port, text));
}

static const struct config_type listen_type = { .read = read_listen,
						.print = print_listen };

static void read_socket(const struct config_place *place,
			const struct config_key *key, const char *text,
			void *to)
{
	size_t max = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;

	if (!strcmp(text, "none") || (*text == '/' && strlen(text) <= max))
		config_string_set(place, to, text);
	else
		config_fail(place, key->name,
			    "expected an absolute path of up to %zu bytes, "
			    "like /run/udplb.sock, or none",
			    max);
}

static const struct config_type socket_type = {
	.read = read_socket, .print = config_print_string_at
};

static const struct config_key presence_keys[] = {
	{ "announce", "whether VIPs are announced by ARP and ND", &config_word,
	  CONFIG_AT(model_presence, announce), .words = announce_words,
	  .absent = "auto" },
	{ "interval", "how often they are announced again", &config_duration,
	  CONFIG_AT(model_presence, interval_ms), .absent = "1m", .min = 1000,
	  .off = true },
	{ "assign", "to what VIPs are assigned as addresses", &config_word,
	  CONFIG_AT(model_presence, assign), .words = assign_words,
	  .absent = "none" },
	{ NULL },
};

static const struct config_key metrics_keys[] = {
	{ "listen", "where metrics are served", &listen_type, CONFIG_WITHIN,
	  .absent = "127.0.0.1:8000" },
	{ "backends", "which backends have metrics of their own", &config_word,
	  CONFIG_AT(model, metrics_shown), .words = shown_words,
	  .absent = "all", .silent = true, .live = true },
	{ "api", "whether the API that reads is there, too", &config_word,
	  CONFIG_AT(model, metrics_api), .words = config_bool_words,
	  .absent = "true", .silent = true, .live = true },
	{ NULL },
};

static const struct config_key admin_keys[] = {
	{ "socket", "the admin API's socket, or none", &socket_type,
	  CONFIG_AT(model, admin_socket), .required = "the path of a socket" },
	{ NULL },
};

static const struct config_group presence = { .keys = presence_keys };
static const struct config_group metrics = { .keys = metrics_keys };
static const struct config_group admin = { .keys = admin_keys };

static bool is_any_sticky(const struct model *model)
{
	for (size_t i = 0; i < model->n_services; i++)
		if (model->services[i].sticky_s)
			return true;
	return false;
}

static int finish_top(const struct config_place *place, void *group)
{
	struct model *model = group;
	int ret = config_rules_check(place, model);

	if (ret || config_errors_any(place->errors))
		return ret;
	config_tunnel_check(place, model);
	config_direct_check(place, model);
	if (model->dispatcher == DISPATCHER_YES && model->mode == MODE_HW)
		config_warn(place, "dispatcher",
			    "is not used: a card runs one program only");
	if (config_given(place, "flows") && !is_any_sticky(model))
		config_warn(place, "flows",
			    "is not used: no service is sticky");
	return 0;
}

static const struct config_key top_keys[] = {
	{ "interface", "the network interface that packets come in at",
	  &interface_type, CONFIG_AT(model, interface),
	  .required = "the name of the network interface that packets come in "
		      "at; 'ip -br link' lists them" },
	{ "mode", "where the program runs: card, driver or kernel",
	  &config_word, CONFIG_AT(model, mode), .words = mode_words,
	  .absent = "auto" },
	{ "dispatcher", "whether other XDP programs may share the interface",
	  &config_word, CONFIG_AT(model, dispatcher), .words = dispatcher_words,
	  .absent = "auto" },
	{ "latency", "whether the time per packet is measured", &config_word,
	  CONFIG_AT(model, latency), .words = config_bool_words,
	  .absent = "true" },
	{ "persist", "whether the program stays when udplb stops", &config_word,
	  CONFIG_AT(model, persist), .words = config_bool_words,
	  .absent = "false", .live = true },
	{ "flows", "how many flows of sticky services are remembered",
	  &config_number, CONFIG_AT(model, flows), .absent = "65536",
	  .what = "a number of flows", .min = 1, .max = MODEL_FLOWS_MAX,
	  .silent = true },
	{ "gateway", "the IPv4 router of replies", &config_router,
	  CONFIG_AT(model, gateway), .family = AF_INET },
	{ "gateway6", "the IPv6 router of replies", &config_router,
	  CONFIG_AT(model, gateway6), .family = AF_INET6 },
	{ "direct", "hosts that backends answer past the VIP", &config_direct,
	  CONFIG_WITHIN },
	{ "tunnel", "what the outer headers of tunnels have", &config_sub,
	  CONFIG_AT(model, tunnel), .group = &config_tunnel },
	{ "presence", "how others find the VIPs", &config_sub,
	  CONFIG_AT(model, presence), .group = &presence },
	{ "metrics", "metrics for Prometheus", &config_sub, CONFIG_WITHIN,
	  .group = &metrics },
	{ "admin", "the admin API", &config_sub, CONFIG_WITHIN,
	  .group = &admin },
	{ "services", "what is balanced, and over whom", &config_subs,
	  CONFIG_AT(model, services),
	  .count = offsetof(struct model, n_services),
	  .group = &config_service },
	{ NULL },
};

_Static_assert(MODEL_FLOWS_DEFAULT == 65536, "as the table has it");

const struct config_group config_top = { .keys = top_keys,
					 .finish = finish_top };
