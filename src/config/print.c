/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/print.h"

#include <errno.h>
#include <stdlib.h>

#include "config/address.h"
#include "config/print_health.h"
#include "config/print_text.h"

static const char *yes_no(bool value)
{
	return value ? "true" : "false";
}

static void print_addr(FILE *out, const char *before, const struct addr *addr,
		       const char *after)
{
	char text[ADDR_STRLEN];

	if (addr_is_set(addr))
		fprintf(out, "%s\"%s\"%s", before, addr_format(addr, text),
			after);
}

static void print_spread(FILE *out, const char *key,
			 const struct model_prefix *spread)
{
	char text[CONFIG_PREFIX_SIZE];

	fprintf(out, "%s: \"%s\"", key,
		addr_is_set(&spread->address)
			? config_address_format(spread, text)
			: "off");
}

static void print_tunnel(FILE *out, const struct model_tunnel *tunnel)
{
	fprintf(out, "tunnel: {");
	print_addr(out, "source: ", &tunnel->source4, ", ");
	print_addr(out, "source6: ", &tunnel->source6, ", ");
	print_spread(out, "spread", &tunnel->spread4);
	print_spread(out, ", spread6", &tunnel->spread6);
	if (tunnel->mtu)
		fprintf(out, ", mtu: %u", tunnel->mtu);
	fprintf(out, ", too_big_rate: %u}\n", tunnel->too_big_per_second);
}

static void print_presence(FILE *out, const struct model_presence *presence)
{
	static const char *const announce[] = {
		[PRESENCE_AUTO] = "auto",
		[PRESENCE_YES] = "\"yes\"",
		[PRESENCE_NO] = "\"no\"",
	};
	static const char *const assign[] = {
		[PRESENCE_NOWHERE] = "none",
		[PRESENCE_INTERFACE] = "interface",
		[PRESENCE_LOOPBACK] = "loopback",
	};

	fprintf(out, "presence: {announce: %s, interval: ",
		announce[presence->announce]);
	if (presence->interval_ms)
		config_print_duration(out, presence->interval_ms);
	else
		fprintf(out, "\"off\"");
	fprintf(out, ", assign: %s}\n", assign[presence->assign]);
}

void config_print_top(FILE *out, const struct model *model)
{
	char listen[ENDPOINT_STRLEN];

	fprintf(out, "interface: ");
	config_print_text(out, model->interface);
	fprintf(out, "\nmode: %s\nlatency: %s\npersist: %s\n",
		model_mode_name(model->mode), yes_no(model->latency),
		yes_no(model->persist));
	if (model->flows != MODEL_FLOWS_DEFAULT)
		fprintf(out, "flows: %u\n", model->flows);
	print_addr(out, "gateway: ", &model->gateway, "\n");
	print_addr(out, "gateway6: ", &model->gateway6, "\n");
	print_tunnel(out, &model->tunnel);
	print_presence(out, &model->presence);
	fprintf(out, "metrics: {listen: \"%s\"}\n",
		addr_format_endpoint(&model->metrics_address,
				     model->metrics_port, listen));
	if (!model->admin_socket)
		return;
	fprintf(out, "admin: {socket: ");
	config_print_text(out, model->admin_socket);
	fprintf(out, "}\n");
}

static void print_ports(FILE *out, const struct model_service *service)
{
	if (service->all_ports) {
		fprintf(out, "all");
		return;
	}
	for (size_t i = 0; i < service->n_ports; i++) {
		const struct model_ports *ports = &service->ports[i];

		fprintf(out, "%s%u", i ? ", " : "[", ports->first);
		if (ports->last != ports->first)
			fprintf(out, "-%u", ports->last);
	}
	fprintf(out, "]");
}

static void print_filters(FILE *out, const struct model_service *service,
			  bool deny, const char *indent)
{
	char text[CONFIG_PREFIX_SIZE];
	size_t n = 0;

	for (size_t i = 0; i < service->n_filters; i++) {
		const struct model_filter *filter = &service->filters[i];

		if (filter->deny != deny)
			continue;
		if (n++)
			fprintf(out, ", ");
		else
			fprintf(out, "%s%s: [", indent,
				deny ? "deny" : "allow");
		fprintf(out, "\"%s\"",
			config_address_format(&filter->prefix, text));
	}
	if (n)
		fprintf(out, "]\n");
}

void config_print_service(FILE *out, const struct model_service *service,
			  const char *indent)
{
	print_addr(out, "address: ", &service->address, "\n");
	fprintf(out, "%sports: ", indent);
	print_ports(out, service);
	fprintf(out, "\n%sbalance: %s\n%sforward: %s\n%sping: %s\n", indent,
		model_balance_name(service->balance), indent,
		model_forward_name(service->forward), indent,
		yes_no(service->answer_ping));
	fprintf(out, "%smalformed: %s\n%sring_size: %u\n", indent,
		service->drop_malformed ? "drop" : "pass", indent,
		service->ring_size);
	if (service->sticky_s)
		fprintf(out, "%ssticky: %u\n", indent, service->sticky_s);
	print_filters(out, service, false, indent);
	print_filters(out, service, true, indent);
	fprintf(out, "%shealth: {", indent);
	config_print_health(out, &service->health);
	fprintf(out, "}\n");
}

static void print_server_ids(FILE *out, const struct model_backend *backend)
{
	for (size_t i = 0; i < backend->n_server_ids; i++) {
		const struct model_server_id *id = &backend->server_ids[i];

		fprintf(out, "%s\"%u/", i ? ", " : ", server_id: [",
			id->config);
		for (size_t k = 0; k < id->length; k++)
			fprintf(out, "%02x", id->bytes[k]);
		fprintf(out, "\"");
	}
	if (backend->n_server_ids)
		fprintf(out, "]");
}

void config_print_backend(FILE *out, const struct model_backend *backend,
			  bool share)
{
	char mac[MAC_STRLEN];

	print_addr(out, "address: ", &backend->address, "");
	if (backend->port)
		fprintf(out, ", port: %u", backend->port);
	if (share)
		fprintf(out, ", weight: %u", backend->weight);
	if (share && backend->drain)
		fprintf(out, ", drain: true");
	if (backend->has_mac)
		fprintf(out, ", mac: \"%s\"", mac_format(backend->mac, mac));
	if (share)
		print_addr(out, ", health_address: ", &backend->health_address,
			   "");
	print_server_ids(out, backend);
}

static void print_services(FILE *out, const struct model *model)
{
	fprintf(out, "services:\n");
	for (size_t i = 0; i < model->n_services; i++) {
		const struct model_service *service = &model->services[i];

		fprintf(out, "  - name: ");
		config_print_text(out, service->name);
		fprintf(out, "\n    ");
		config_print_service(out, service, "    ");
		fprintf(out, "    backends:%s\n",
			service->n_backends ? "" : " []");
		for (size_t k = 0; k < service->n_backends; k++) {
			fprintf(out, "      - {");
			config_print_backend(out, &service->backends[k], true);
			fprintf(out, "}\n");
		}
	}
}

int config_print(const struct model *model, char **text)
{
	size_t length;
	FILE *out = open_memstream(text, &length);

	if (!out)
		return -ENOMEM;
	config_print_top(out, model);
	print_services(out, model);
	if (!ferror(out) && !fclose(out))
		return 0;
	free(*text);
	*text = NULL;
	return -ENOMEM;
}
