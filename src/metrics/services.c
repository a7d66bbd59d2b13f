/* SPDX-License-Identifier: GPL-2.0-only */
#include "metrics/family.h"

#include <stdio.h>

#define PORTS_STRLEN 256

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

static void write_info(struct expo *expo, const struct snapshot *s, size_t i,
		       const struct expo_label *label)
{
	const struct model_service *service = s->plan->services[i].config;
	char address[ADDR_STRLEN], ports[PORTS_STRLEN];
	const struct expo_label labels[] = {
		*label,
		{ "address", addr_format(&service->address, address) },
		{ "ports", format_ports(service, ports) },
		{ "balance", model_balance_name(service->balance) },
		{ "forward", model_forward_name(service->forward) },
	};

	expo_sample_u64(expo, 1, labels, sizeof(labels) / sizeof(*labels));
}

static void write_slots(struct expo *expo, const struct snapshot *s, size_t i,
			const struct expo_label *label)
{
	expo_sample_u64(expo, s->plan->services[i].ring_size, label, 1);
}

static void write_open(struct expo *expo, const struct snapshot *s, size_t i,
		       const struct expo_label *label)
{
	expo_sample_u64(expo, s->open[i], label, 1);
}

static bool may_open(const struct plan_service *service)
{
	return service->config->fail_open;
}

static bool is_sticky(const struct plan_service *service)
{
	return service->sticky;
}

static bool is_checked(const struct plan_service *service)
{
	return service->config->health.type != HEALTH_NONE;
}

const struct service_family metrics_services[] = {
	{ { "udplb_service_info", EXPO_GAUGE, ONE,
	    "1 for each service, labelled with its configuration", NULL },
	  write_info },
	{ { "udplb_service_packets_total", EXPO_COUNTER, PACKETS,
	    "Packets forwarded to the service's backends", NULL },
	  NULL },
	{ { "udplb_service_bytes_total", EXPO_COUNTER, BYTES,
	    "Bytes of the frames forwarded to the service's backends", NULL },
	  NULL },
	{ { "udplb_service_backends", EXPO_GAUGE, ONE,
	    "Backends that the service is configured with", NULL },
	  NULL },
	{ { "udplb_service_backends_up", EXPO_GAUGE, UP,
	    "Backends of the service that get packets", NULL },
	  NULL },
	{ { "udplb_service_backends_draining", EXPO_GAUGE, DRAINING,
	    "Backends of the service that are to get no new flows", NULL },
	  NULL },
	{ { "udplb_service_backends_healthy", EXPO_GAUGE, HEALTHY,
	    "Backends of the service of which health checks do not say that "
	    "they do not serve",
	    NULL },
	  NULL },
	{ { "udplb_service_health_checks_total", EXPO_COUNTER, CHECKS,
	    "Health checks of the service's backends that came to an end",
	    is_checked },
	  NULL },
	{ { "udplb_service_health_failures_total", EXPO_COUNTER, FAILURES,
	    "Health checks of the service's backends without a good answer",
	    is_checked },
	  NULL },
	{ { "udplb_service_health_skipped_total", EXPO_COUNTER, SKIPPED,
	    "Health checks of the service's backends that could not be made "
	    "for want of something on this host",
	    is_checked },
	  NULL },
	{ { "udplb_service_slots", EXPO_GAUGE, ONE,
	    "Slots of the service in the ring", NULL },
	  write_slots },
	{ { "udplb_service_fail_open", EXPO_GAUGE, ONE,
	    "1 while all backends of the service get packets because none "
	    "passes its health check",
	    may_open },
	  write_open },
	{ { "udplb_flows", EXPO_GAUGE, FLOWS,
	    "Flows of a sticky service that are remembered", is_sticky },
	  NULL },
	{ { NULL, EXPO_GAUGE, ONE, NULL, NULL }, NULL },
};

static bool is_asked(const struct snapshot_backend *backend)
{
	return backend->health.type != HEALTH_NONE;
}

static bool was_well(const struct snapshot_backend *backend)
{
	return is_asked(backend) && backend->health.latency_seconds > 0;
}

static bool has_mac(const struct snapshot_backend *backend)
{
	return backend->has_mac;
}

static void write_mac(struct expo *expo, const struct snapshot_backend *backend,
		      const struct expo_label labels[2])
{
	char mac[MAC_STRLEN];
	const struct expo_label all[] = {
		labels[0],
		labels[1],
		{ "mac", mac_format(backend->mac, mac) },
	};

	expo_sample_u64(expo, 1, all, sizeof(all) / sizeof(*all));
}

static void write_latency(struct expo *expo,
			  const struct snapshot_backend *backend,
			  const struct expo_label labels[2])
{
	expo_sample(expo, backend->health.latency_seconds, labels, 2);
}

static void write_since(struct expo *expo,
			const struct snapshot_backend *backend,
			const struct expo_label labels[2])
{
	expo_sample(expo, backend->health.since_seconds, labels, 2);
}

const struct backend_family metrics_backends[] = {
	{ { "udplb_backend_packets_total", EXPO_COUNTER, PACKETS,
	    "Packets forwarded to the backend", NULL },
	  NULL,
	  NULL },
	{ { "udplb_backend_bytes_total", EXPO_COUNTER, BYTES,
	    "Bytes of the frames forwarded to the backend", NULL },
	  NULL,
	  NULL },
	{ { "udplb_backend_up", EXPO_GAUGE, UP, "1 if the backend gets packets",
	    NULL },
	  NULL,
	  NULL },
	{ { "udplb_backend_draining", EXPO_GAUGE, DRAINING,
	    "1 if the backend is to get no new flows", NULL },
	  NULL,
	  NULL },
	{ { "udplb_backend_healthy", EXPO_GAUGE, HEALTHY,
	    "0 if health checks say that the backend does not serve", NULL },
	  NULL,
	  NULL },
	{ { "udplb_backend_has_mac", EXPO_GAUGE, HAS_MAC,
	    "1 if the MAC address of the backend, or of the router towards it, "
	    "is known",
	    NULL },
	  NULL,
	  NULL },
	{ { "udplb_backend_weight", EXPO_GAUGE, WEIGHT, "Configured weight",
	    NULL },
	  NULL,
	  NULL },
	{ { "udplb_backend_slots", EXPO_GAUGE, SLOTS,
	    "Slots of the ring that the backend owns", NULL },
	  NULL,
	  NULL },
	{ { "udplb_backend_info", EXPO_GAUGE, ONE,
	    "1 for each backend with a known MAC address, labelled with it",
	    NULL },
	  write_mac,
	  has_mac },
	{ { "udplb_backend_flows", EXPO_GAUGE, FLOWS,
	    "Flows that are remembered to stay with the backend", is_sticky },
	  NULL,
	  NULL },
	{ { "udplb_backend_health_checks_total", EXPO_COUNTER, CHECKS,
	    "Health checks of the backend that came to an end", is_checked },
	  NULL,
	  is_asked },
	{ { "udplb_backend_health_failures_total", EXPO_COUNTER, FAILURES,
	    "Health checks of the backend without a good answer", is_checked },
	  NULL,
	  is_asked },
	{ { "udplb_backend_health_skipped_total", EXPO_COUNTER, SKIPPED,
	    "Health checks that could not be made for want of something on "
	    "this host; they say nothing of the backend",
	    is_checked },
	  NULL,
	  is_asked },
	{ { "udplb_backend_health_latency_seconds", EXPO_GAUGE, ONE,
	    "Time that the backend's last good answer took", is_checked },
	  write_latency,
	  was_well },
	{ { "udplb_backend_health_state_seconds", EXPO_GAUGE, ONE,
	    "Time since health checks last changed their mind about the "
	    "backend",
	    is_checked },
	  write_since,
	  is_asked },
	{ { NULL, EXPO_GAUGE, ONE, NULL, NULL }, NULL, NULL },
};

uint64_t metrics_figure(enum figure figure,
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
	case FLOWS:
		return backend->flows;
	case CHECKS:
		return backend->health.checks;
	case FAILURES:
		return backend->health.failed;
	case SKIPPED:
		return backend->health.skipped;
	case ONE:
		break;
	}
	return 1;
}

uint64_t metrics_figure_gone(enum figure figure,
			     const struct snapshot_service *service)
{
	switch (figure) {
	case PACKETS:
		return service->count.packets;
	case BYTES:
		return service->count.bytes;
	case CHECKS:
		return service->health.checks;
	case FAILURES:
		return service->health.failed;
	case SKIPPED:
		return service->health.skipped;
	default:
		return 0;
	}
}
