/* SPDX-License-Identifier: GPL-2.0-only */
/* Services and their backends, as they are now. */
#include "control/json.h"

#include <string.h>

#include "control/private.h"

void control_json_count(json_t *object, const struct lb_counter *count,
			const struct snapshot_rate *rate)
{
	json_object_set_new(object, "packets",
			    json_integer((json_int_t)count->packets));
	json_object_set_new(object, "bytes",
			    json_integer((json_int_t)count->bytes));
	json_object_set_new(object, "packets_per_second",
			    json_real(rate->packets));
	json_object_set_new(object, "bytes_per_second", json_real(rate->bytes));
}

/* As in the configuration: "all", or a list of 53 and "5000-5005". */
static json_t *ports_to_json(const struct model_service *service)
{
	char range[MODEL_PORTS_SIZE];
	json_t *list;

	if (service->all_ports)
		return json_string("all");
	list = json_array();
	for (size_t i = 0; i < service->n_ports; i++) {
		const struct model_ports *p = &service->ports[i];

		json_array_append_new(
			list,
			p->first == p->last
				? json_integer(p->first)
				: json_string(model_ports_format(p, range)));
	}
	return list;
}

/* One word for what an operator asks first. */
static const char *state_of(const struct snapshot_backend *b)
{
	if (b->draining)
		return "draining";
	if (!b->healthy)
		return "unhealthy";
	if (!b->has_mac)
		return "no_neighbour";
	return b->up ? "up" : "no_slots";
}

static json_t *health_to_json(const struct backend_health *health)
{
	if (health->type == HEALTH_NONE)
		return json_null();
	return json_pack("{ss sb sf ss so sI sI}", "type",
			 model_health_name(health->type), "up", health->up,
			 "since_seconds", health->since_seconds, "reason",
			 health->reason, "latency_seconds",
			 health->latency_seconds > 0
				 ? json_real(health->latency_seconds)
				 : json_null(),
			 "checks", (json_int_t)health->checks, "failed",
			 (json_int_t)health->failed);
}

static json_t *backend_to_json(const struct model_service *service,
			       const struct model_backend *config,
			       const struct snapshot_backend *b)
{
	char name[ENDPOINT_STRLEN], address[ADDR_STRLEN], mac[MAC_STRLEN];
	json_t *json;

	json = json_pack(
		"{ss ss ss so si ss sb sb sb so so si}", "service",
		service->name, "backend", model_backend_name(config, name),
		"address", addr_format(&config->address, address), "port",
		config->port ? json_integer(config->port) : json_null(),
		"weight", config->weight, "state", state_of(b), "up", b->up,
		"draining", b->draining, "healthy", b->healthy, "health",
		health_to_json(&b->health), "mac",
		b->has_mac ? json_string(mac_format(b->mac, mac)) : json_null(),
		"slots", (int)b->slots);
	if (json) {
		control_json_count(json, &b->count, &b->rate);
		json_object_set_new(json, "flows",
				    service->sticky_s ? json_integer(b->flows)
						      : json_null());
	}
	return json;
}

static void append_backends(json_t *list, const struct snapshot *s,
			    const struct plan_service *service)
{
	for (size_t i = 0; i < service->config->n_backends; i++)
		json_array_append_new(
			list,
			backend_to_json(
				service->config, &service->config->backends[i],
				&s->backends[service->first_backend + i]));
}

/* What all backends of a service have together. */
static void sum_up(const struct snapshot *s, const struct plan_service *service,
		   struct snapshot_backend *sum, int *up)
{
	*sum = (struct snapshot_backend){ .slots = 0 };
	*up = 0;
	for (size_t i = 0; i < service->config->n_backends; i++) {
		const struct snapshot_backend *b =
			&s->backends[service->first_backend + i];

		sum->count.packets += b->count.packets;
		sum->count.bytes += b->count.bytes;
		sum->rate.packets += b->rate.packets;
		sum->rate.bytes += b->rate.bytes;
		*up += b->up;
	}
}

static json_t *service_to_json(const struct snapshot *s,
			       const struct plan_service *service)
{
	const struct model_service *config = service->config;
	char address[ADDR_STRLEN];
	struct snapshot_backend sum;
	json_t *json, *backends = json_array();
	int up;

	sum_up(s, service, &sum, &up);
	append_backends(backends, s, service);
	json = json_pack("{ss ss so ss ss ss si si so}", "name", config->name,
			 "address", addr_format(&config->address, address),
			 "ports", ports_to_json(config), "balance",
			 model_balance_name(config->balance), "forward",
			 model_forward_name(config->forward), "health",
			 model_health_name(config->health.type), "slots",
			 (int)service->ring_size, "backends_up", up, "backends",
			 backends);
	if (json) {
		control_json_count(json, &sum.count, &sum.rate);
		json_object_set_new(json, "sticky_seconds",
				    json_integer(config->sticky_s));
	}
	return json;
}

static bool is_asked_for(const struct plan_service *service, const char *name)
{
	return !name || !strcmp(service->config->name, name);
}

static bool exists(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n_services; i++)
		if (is_asked_for(&plan->services[i], name))
			return true;
	return false;
}

json_t *control_services(struct control *c, const char *name)
{
	const struct snapshot *s = gather_last(c->gather);
	json_t *list;

	if (name) {
		for (size_t i = 0; i < s->plan->n_services; i++)
			if (is_asked_for(&s->plan->services[i], name))
				return service_to_json(s,
						       &s->plan->services[i]);
		return NULL;
	}
	list = json_array();
	for (size_t i = 0; i < s->plan->n_services; i++)
		json_array_append_new(
			list, service_to_json(s, &s->plan->services[i]));
	return list;
}

json_t *control_backends(struct control *c, const char *service)
{
	const struct snapshot *s = gather_last(c->gather);
	json_t *list;

	if (!exists(s->plan, service))
		return NULL;
	list = json_array();
	for (size_t i = 0; i < s->plan->n_services; i++)
		if (is_asked_for(&s->plan->services[i], service))
			append_backends(list, s, &s->plan->services[i]);
	return list;
}
