/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names after https://prometheus.io/docs/practices/naming/: base units,
 * _total for what only grows, what is text goes into the labels of a constant
 * 1 (_info).  A sum over a label means something in every family here.
 */
#include <stdio.h>
#include <string.h>

#include "metrics/udplb.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PORTS_STRLEN 256

static void write_single(struct expo *expo, const char *name,
			 enum expo_type type, const char *help, uint64_t value)
{
	expo_family(expo, name, type, help);
	expo_sample_u64(expo, value, NULL, 0);
}

static void write_daemon(struct expo *expo, const struct snapshot *s)
{
	const struct expo_label version = { "version", UDPLB_VERSION };

	expo_family(expo, "udplb_build_info", EXPO_GAUGE,
		    "1, labelled with the version");
	expo_sample_u64(expo, 1, &version, 1);
	expo_family(expo, "udplb_start_time_seconds", EXPO_GAUGE,
		    "When the daemon started, since 1970");
	expo_sample(expo, s->start_time, NULL, 0);
}

static void write_loop(struct expo *expo, const struct turns *turns)
{
	if (!turns)
		return;
	expo_family(expo, "udplb_loop_delay_seconds", EXPO_HISTOGRAM,
		    "Turns of the event loop by how long each kept everything "
		    "else waiting, health checks included");
	expo_histogram(expo, turns_bounds, turns->counts, TURNS_BOUNDS,
		       turns->seconds);
	expo_family(expo, "udplb_loop_delay_worst_seconds", EXPO_GAUGE,
		    "The longest turn of the event loop in the last one to two "
		    "minutes");
	expo_sample(expo, turns_worst(turns), NULL, 0);
}

static void write_reloads(struct expo *expo, const struct snapshot_events *e)
{
	static const struct expo_label success = { "result", "success" };
	static const struct expo_label failure = { "result", "failure" };

	expo_family(expo, "udplb_reloads_total", EXPO_COUNTER,
		    "Times that the configuration file was read again, by "
		    "whether it came in force");
	expo_sample_u64(expo, e->reloads, &success, 1);
	expo_sample_u64(expo, e->reload_errors, &failure, 1);
	write_single(expo, "udplb_changes_total", EXPO_COUNTER,
		     "Changes of the configuration by commands", e->changes);
}

static void write_program(struct expo *expo, const struct snapshot *s)
{
	write_single(expo, "udplb_attached", EXPO_GAUGE,
		     "1 if our XDP program is attached; 0 if it was removed, "
		     "or another one took its place",
		     s->attached);
	write_single(expo, "udplb_repairs_total", EXPO_COUNTER,
		     "Times that the XDP program was attached again, after "
		     "somebody or something had removed it",
		     s->events.repairs);
}

static void write_attempts(struct expo *expo, const struct snapshot *s)
{
	expo_family(expo, "udplb_attach_attempt_success", EXPO_GAUGE,
		    "1 if attaching in this mode succeeded; else the reason "
		    "tells why not");
	for (size_t i = 0; i < s->n_attempts; i++) {
		const struct attach_attempt *attempt = &s->attempts[i];
		const struct expo_label labels[] = {
			{ "mode", model_mode_name(attempt->mode) },
			{ "reason", attempt->why },
		};

		expo_sample_u64(expo, attempt->ok, labels, COUNT(labels));
	}

	expo_family(expo, "udplb_attach_attempt_seconds", EXPO_GAUGE,
		    "How long loading and attaching in this mode took");
	for (size_t i = 0; i < s->n_attempts; i++) {
		const struct expo_label mode = {
			"mode", model_mode_name(s->attempts[i].mode)
		};

		expo_sample(expo, s->attempts[i].seconds, &mode, 1);
	}
}

static void write_reasons(struct expo *expo, const struct snapshot *s)
{
#define ACTION_PASS "pass"
#define ACTION_DROP "drop"
#define ACTION_TX   "tx"
#define REASON(id, name, action, text)                                         \
	{ { "action", ACTION_##action }, { "reason", name } },
	static const struct expo_label labels[][2] = { LB_REASONS(REASON) };

	expo_family(expo, "udplb_packets_total", EXPO_COUNTER,
		    "Packets that the XDP program saw, by what it did with "
		    "them and why");
	for (size_t i = 0; i < COUNT(labels); i++)
		expo_sample_u64(expo, s->reasons[i].packets, labels[i], 2);

	expo_family(expo, "udplb_bytes_total", EXPO_COUNTER,
		    "Bytes of the frames that the XDP program saw, by what it "
		    "did with them and why");
	for (size_t i = 0; i < COUNT(labels); i++)
		expo_sample_u64(expo, s->reasons[i].bytes, labels[i], 2);
}

/* "5000-5005,6000"; a list that is too long ends in "...". */
static const char *format_ports(const struct model_service *service, char *buf)
{
	size_t used = 0;

	if (service->all_ports)
		return "all";
	for (size_t i = 0; i < service->n_ports; i++) {
		const struct model_ports *ports = &service->ports[i];
		const char *comma = i ? "," : "";

		if (used + sizeof(",65535-65535,...") > PORTS_STRLEN) {
			snprintf(buf + used, PORTS_STRLEN - used, ",...");
			break;
		}
		used += snprintf(buf + used, PORTS_STRLEN - used, "%s%u", comma,
				 ports->first);
		if (ports->last != ports->first)
			used += snprintf(buf + used, PORTS_STRLEN - used, "-%u",
					 ports->last);
	}
	return buf;
}

static void write_service_info(struct expo *expo, const struct plan *plan)
{
	expo_family(expo, "udplb_service_info", EXPO_GAUGE,
		    "1 for each service, labelled with its configuration");
	for (size_t i = 0; i < plan->n_services; i++) {
		const struct model_service *service = plan->services[i].config;
		char address[ADDR_STRLEN], ports[PORTS_STRLEN];
		const struct expo_label labels[] = {
			{ "service", service->name },
			{ "address", addr_format(&service->address, address) },
			{ "ports", format_ports(service, ports) },
			{ "balance", model_balance_name(service->balance) },
			{ "forward", model_forward_name(service->forward) },
		};

		expo_sample_u64(expo, 1, labels, COUNT(labels));
	}
}

/* What is told of each backend, and summed over those of a service. */
enum figure {
	PACKETS,
	BYTES,
	ONE,
	UP,
	DRAINING,
	HEALTHY,
	HAS_MAC,
	WEIGHT,
	SLOTS,
};

static uint64_t figure_of(enum figure figure,
			  const struct snapshot_backend *backend,
			  const struct model_backend *config)
{
	switch (figure) {
	case PACKETS:
		return backend->count.packets;
	case BYTES:
		return backend->count.bytes;
	case UP:
		return backend->up;
	case DRAINING:
		return backend->draining;
	case HEALTHY:
		return backend->healthy;
	case HAS_MAC:
		return backend->has_mac;
	case WEIGHT:
		return config->weight;
	case SLOTS:
		return backend->slots;
	case ONE:
		break;
	}
	return 1;
}

struct family {
	const char *name;
	enum expo_type type;
	enum figure figure;
	const char *help;
};

static void write_service_family(struct expo *expo, const struct snapshot *s,
				 const struct family *family)
{
	expo_family(expo, family->name, family->type, family->help);
	for (size_t i = 0; i < s->plan->n_services; i++) {
		const struct plan_service *service = &s->plan->services[i];
		const struct model_service *config = service->config;
		const struct expo_label label = { "service", config->name };
		uint64_t sum = 0;

		for (size_t k = 0; k < config->n_backends; k++)
			sum += figure_of(
				family->figure,
				&s->backends[service->first_backend + k],
				&config->backends[k]);
		expo_sample_u64(expo, sum, &label, 1);
	}
}

static void write_services(struct expo *expo, const struct snapshot *s)
{
	static const struct family families[] = {
		{ "udplb_service_packets_total", EXPO_COUNTER, PACKETS,
		  "Packets forwarded to the service's backends" },
		{ "udplb_service_bytes_total", EXPO_COUNTER, BYTES,
		  "Bytes of the frames forwarded to the service's backends" },
		{ "udplb_service_backends", EXPO_GAUGE, ONE,
		  "Backends that the service is configured with" },
		{ "udplb_service_backends_up", EXPO_GAUGE, UP,
		  "Backends of the service that get packets" },
	};

	write_service_info(expo, s->plan);
	for (size_t i = 0; i < COUNT(families); i++)
		write_service_family(expo, s, &families[i]);

	expo_family(expo, "udplb_service_slots", EXPO_GAUGE,
		    "Slots of the service in the ring");
	for (size_t i = 0; i < s->plan->n_services; i++) {
		const struct plan_service *service = &s->plan->services[i];
		const struct expo_label label = { "service",
						  service->config->name };

		expo_sample_u64(expo, service->ring_size, &label, 1);
	}
}

static void write_fail_open(struct expo *expo, const struct snapshot *s)
{
	expo_family(expo, "udplb_service_fail_open", EXPO_GAUGE,
		    "1 while all backends of the service get packets because "
		    "none passes its health check");
	for (size_t i = 0; i < s->plan->n_services; i++) {
		const struct model_service *config =
			s->plan->services[i].config;
		const struct expo_label label = { "service", config->name };

		if (config->fail_open)
			expo_sample_u64(expo, s->open[i], &label, 1);
	}
}

static void write_backend_family(struct expo *expo, const struct snapshot *s,
				 const struct plan_service *service,
				 enum figure figure)
{
	const struct model_service *config = service->config;
	char endpoint[ENDPOINT_STRLEN];
	struct expo_label labels[] = {
		{ "service", config->name },
		{ "backend", endpoint },
	};

	for (size_t k = 0; k < config->n_backends; k++) {
		model_backend_name(&config->backends[k], endpoint);
		expo_sample_u64(
			expo,
			figure_of(figure,
				  &s->backends[service->first_backend + k],
				  &config->backends[k]),
			labels, COUNT(labels));
	}
}

static void write_backend_info(struct expo *expo, const struct snapshot *s,
			       const struct plan_service *service)
{
	const struct model_service *config = service->config;

	for (size_t k = 0; k < config->n_backends; k++) {
		const struct snapshot_backend *backend =
			&s->backends[service->first_backend + k];
		char endpoint[ENDPOINT_STRLEN], mac[MAC_STRLEN];
		const struct expo_label labels[] = {
			{ "service", config->name },
			{ "backend",
			  model_backend_name(&config->backends[k], endpoint) },
			{ "mac", mac_format(backend->mac, mac) },
		};

		if (backend->has_mac)
			expo_sample_u64(expo, 1, labels, COUNT(labels));
	}
}

static void write_backends(struct expo *expo, const struct snapshot *s)
{
	static const struct family families[] = {
		{ "udplb_backend_packets_total", EXPO_COUNTER, PACKETS,
		  "Packets forwarded to the backend" },
		{ "udplb_backend_bytes_total", EXPO_COUNTER, BYTES,
		  "Bytes of the frames forwarded to the backend" },
		{ "udplb_backend_up", EXPO_GAUGE, UP,
		  "1 if the backend gets packets" },
		{ "udplb_backend_draining", EXPO_GAUGE, DRAINING,
		  "1 if the backend is to get no new flows" },
		{ "udplb_backend_healthy", EXPO_GAUGE, HEALTHY,
		  "0 if health checks say that the backend does not serve" },
		{ "udplb_backend_has_mac", EXPO_GAUGE, HAS_MAC,
		  "1 if the MAC address of the backend, or of the router "
		  "towards it, is known" },
		{ "udplb_backend_weight", EXPO_GAUGE, WEIGHT,
		  "Configured weight" },
		{ "udplb_backend_slots", EXPO_GAUGE, SLOTS,
		  "Slots of the ring that the backend owns" },
	};

	for (size_t i = 0; i < COUNT(families); i++) {
		expo_family(expo, families[i].name, families[i].type,
			    families[i].help);
		for (size_t k = 0; k < s->plan->n_services; k++)
			write_backend_family(expo, s, &s->plan->services[k],
					     families[i].figure);
	}
	expo_family(expo, "udplb_backend_info", EXPO_GAUGE,
		    "1 for each backend with a known MAC address, labelled "
		    "with it");
	for (size_t k = 0; k < s->plan->n_services; k++)
		write_backend_info(expo, s, &s->plan->services[k]);
}

static void write_flows_of(struct expo *expo, const struct snapshot *s,
			   const struct plan_service *service, bool each)
{
	const struct model_service *config = service->config;
	char endpoint[ENDPOINT_STRLEN];
	const struct expo_label labels[] = {
		{ "service", config->name },
		{ "backend", endpoint },
	};
	uint64_t flows, sum = 0;

	for (size_t k = 0; k < config->n_backends; k++) {
		flows = s->backends[service->first_backend + k].flows;
		model_backend_name(&config->backends[k], endpoint);
		if (each)
			expo_sample_u64(expo, flows, labels, COUNT(labels));
		sum += flows;
	}
	if (!each)
		expo_sample_u64(expo, sum, labels, 1);
}

static void write_flows_family(struct expo *expo, const struct snapshot *s,
			       const char *name, const char *help, bool each)
{
	expo_family(expo, name, EXPO_GAUGE, help);
	for (size_t i = 0; i < s->plan->n_services; i++)
		if (s->plan->services[i].sticky)
			write_flows_of(expo, s, &s->plan->services[i], each);
}

static void write_flows(struct expo *expo, const struct snapshot *s)
{
	if (!(s->plan->features & 1U << LB_FEATURE_STICKY))
		return;
	write_flows_family(expo, s, "udplb_flows",
			   "Flows of a sticky service that are remembered",
			   false);
	write_flows_family(expo, s, "udplb_backend_flows",
			   "Flows that are remembered to stay with the backend",
			   true);
	write_single(expo, "udplb_flows_full_total", EXPO_COUNTER,
		     "Packets of flows that could not be remembered, and went "
		     "where the ring says",
		     s->reasons[LB_COUNT_FLOWS_FULL].packets);
}

static void write_maps(struct expo *expo, const struct snapshot *s)
{
	expo_family(expo, "udplb_map_entries", EXPO_GAUGE,
		    "Entries in use of a BPF map");
	for (size_t i = 0; i < s->n_maps; i++) {
		const struct expo_label map = { "map", s->maps[i].name };

		expo_sample_u64(expo, s->maps[i].entries, &map, 1);
	}
	expo_family(expo, "udplb_map_max_entries", EXPO_GAUGE,
		    "Entries that a BPF map has room for");
	for (size_t i = 0; i < s->n_maps; i++) {
		const struct expo_label map = { "map", s->maps[i].name };

		expo_sample_u64(expo, s->maps[i].capacity, &map, 1);
	}
}

static void write_gateways(struct expo *expo, const struct snapshot *s)
{
	static const struct expo_label families[PLAN_FAMILIES] = {
		{ "family", "ipv4" },
		{ "family", "ipv6" },
	};

	expo_family(expo, "udplb_gateway_up", EXPO_GAUGE,
		    "1 if the MAC address of the gateway, where replies are "
		    "sent to, is known");
	for (size_t i = 0; i < PLAN_FAMILIES; i++)
		if (s->plan->replies[i])
			expo_sample_u64(expo, s->gateway_up[i], &families[i],
					1);
}

static void write_tables(struct expo *expo, const struct snapshot *s)
{
	write_flows(expo, s);
	write_maps(expo, s);
	write_single(expo, "udplb_table_writes_total", EXPO_COUNTER,
		     "Changes written into the BPF maps", s->table_writes);
	write_single(expo, "udplb_table_write_errors_total", EXPO_COUNTER,
		     "Times that the BPF maps refused a change",
		     s->table_write_errors);
	write_single(expo, "udplb_table_refused_entries", EXPO_GAUGE,
		     "Entries that the BPF maps have no room for",
		     s->table_refused);
	write_gateways(expo, s);
}

static void write_latency(struct expo *expo, const struct snapshot *s)
{
	const struct expo_label reason = { "reason",
					   s->has_latency ? ""
							  : s->no_latency_why };

	expo_family(expo, "udplb_latency_measured", EXPO_GAUGE,
		    "1 if the time in the XDP program is measured; else the "
		    "reason tells why not");
	expo_sample_u64(expo, s->has_latency, &reason, 1);
	write_single(expo, "udplb_latency_samples", EXPO_GAUGE,
		     "Packets whose time was measured in the last second",
		     s->has_latency ? s->latency.samples : 0);
}

void metrics_udplb_write(struct expo *expo, const struct snapshot *snapshot)
{
	write_daemon(expo, snapshot);
	write_loop(expo, snapshot->turns);
	write_reloads(expo, &snapshot->events);
	write_program(expo, snapshot);
	write_attempts(expo, snapshot);
	write_reasons(expo, snapshot);
	write_services(expo, snapshot);
	write_fail_open(expo, snapshot);
	write_backends(expo, snapshot);
	write_tables(expo, snapshot);
	write_latency(expo, snapshot);
}
