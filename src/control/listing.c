/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Services and their backends, as they are now, of which there may be very
 * many: so an answer is made piece by piece, as its reader takes it, and the
 * loop does other things in between.  Each piece is true when it is made.
 * Backends may come and go meanwhile: the listing goes on behind the one that
 * it told last.
 */
#include "control/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"

/* Of one service: their counters are read together. */
#define PIECE 64

enum step { BEGIN, SERVICE, BACKENDS, END, DONE };

struct control_listing {
	struct control *control;
	uint64_t changes; /* the control's, when the piece before was made */
	enum step step;
	bool alone;    /* one service, not a list of them */
	bool backends; /* these only, in a flat list */
	bool any;      /* an item of the list is there already */
	char *name;    /* of the service that is told, or is the only one */
	size_t service;
	size_t backend;		   /* the next one */
	struct model_backend last; /* that was told; without what it owns */
	struct snapshot_backend sum;
	uint32_t up;
	struct json_out out;
	size_t taken; /* of it */
};

static const struct plan *plan_of(const struct control_listing *l)
{
	return l->control->in->plan;
}

static size_t find_service(const struct control_listing *l, const char *name)
{
	const struct plan *plan = plan_of(l);
	size_t i = 0;

	while (i < plan->n_services &&
	       strcmp(plan->services[i].config->name, name) != 0)
		i++;
	return i;
}

int control_listing_open(struct control_listing **out, struct control *control,
			 const char *service, bool backends)
{
	struct control_listing *l = calloc(1, sizeof(*l));

	*out = l;
	if (!l)
		return -ENOMEM;
	l->control = control;
	l->changes = control->changes;
	l->alone = service;
	l->backends = backends;
	if (!service)
		return 0;
	l->service = find_service(l, service);
	l->name = strdup(service);
	if (l->name && l->service < plan_of(l)->n_services)
		return 0;
	control_listing_close(l);
	*out = NULL;
	return -ENOENT;
}

void control_listing_close(void *arg)
{
	struct control_listing *l = arg;

	if (!l)
		return;
	free(l->name);
	free(l->out.text);
	free(l);
}

/* As in the configuration: "all", or a list of 53 and "5000-5005". */
static void put_ports(struct json_out *out, const struct model_service *service)
{
	json_out_key(out, "ports");
	if (service->all_ports) {
		json_out_string(out, "all");
		return;
	}
	json_out_raw(out, "[");
	for (size_t i = 0; i < service->n_ports; i++) {
		const struct model_ports *p = &service->ports[i];
		const bool range = p->first != p->last;

		json_out_raw(out, i ? "," : "");
		json_out_raw(out, range ? "\"" : "");
		json_out_u64(out, p->first);
		json_out_raw(out, range ? "-" : "");
		if (range)
			json_out_u64(out, p->last);
		json_out_raw(out, range ? "\"" : "");
	}
	json_out_raw(out, "]");
}

static void put_counts(struct json_out *out, const struct snapshot_backend *b)
{
	json_out_key_u64(out, "packets", b->count.packets);
	json_out_key_u64(out, "bytes", b->count.bytes);
	json_out_key_real(out, "packets_per_second", b->rate.packets);
	json_out_key_real(out, "bytes_per_second", b->rate.bytes);
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

static void put_health(struct json_out *out,
		       const struct backend_health *health)
{
	if (health->type == HEALTH_NONE) {
		json_out_key_null(out, "health");
		return;
	}
	json_out_key(out, "health");
	json_out_raw(out, "{");
	json_out_key_string(out, "type", model_health_name(health->type));
	json_out_key_bool(out, "up", health->up);
	json_out_key_real(out, "since_seconds", health->since_seconds);
	json_out_key_string(out, "reason", health->reason);
	if (health->latency_seconds > 0)
		json_out_key_real(out, "latency_seconds",
				  health->latency_seconds);
	else
		json_out_key_null(out, "latency_seconds");
	json_out_key_u64(out, "checks", health->checks);
	json_out_key_u64(out, "failed", health->failed);
	json_out_raw(out, "}");
}

static void put_who(struct json_out *out, const struct model_service *service,
		    const struct model_backend *config)
{
	char name[ENDPOINT_STRLEN], address[ADDR_STRLEN];

	json_out_key_string(out, "service", service->name);
	json_out_key_string(out, "backend", model_backend_name(config, name));
	json_out_key_string(out, "address",
			    addr_format(&config->address, address));
	if (config->port)
		json_out_key_u64(out, "port", config->port);
	else
		json_out_key_null(out, "port");
	json_out_key_u64(out, "weight", config->weight);
}

static void put_backend(struct json_out *out,
			const struct model_service *service,
			const struct model_backend *config,
			const struct snapshot_backend *b)
{
	char mac[MAC_STRLEN];

	json_out_raw(out, "{");
	put_who(out, service, config);
	json_out_key_string(out, "state", state_of(b));
	json_out_key_bool(out, "up", b->up);
	json_out_key_bool(out, "draining", b->draining);
	json_out_key_bool(out, "healthy", b->healthy);
	put_health(out, &b->health);
	if (b->has_mac)
		json_out_key_string(out, "mac", mac_format(b->mac, mac));
	else
		json_out_key_null(out, "mac");
	json_out_key_u64(out, "slots", b->slots);
	put_counts(out, b);
	if (service->sticky_s)
		json_out_key_u64(out, "flows", b->flows);
	else
		json_out_key_null(out, "flows");
	json_out_raw(out, "}");
}

static void add_up(struct control_listing *l, const struct snapshot_backend *b)
{
	l->sum.count.packets += b->count.packets;
	l->sum.count.bytes += b->count.bytes;
	l->sum.rate.packets += b->rate.packets;
	l->sum.rate.bytes += b->rate.bytes;
	l->up += b->up;
}

static void begin_service(struct control_listing *l)
{
	const struct plan_service *s = &plan_of(l)->services[l->service];
	const struct model_service *config = s->config;
	struct json_out *out = &l->out;
	char address[ADDR_STRLEN];

	l->backend = 0;
	l->last = (struct model_backend){ .port = 0 };
	l->up = 0;
	l->sum = (struct snapshot_backend){
		.count = gather_current(l->control->gather)
				 ->services[l->service]
				 .count,
	};
	free(l->name);
	l->name = strdup(config->name);
	out->failed |= !l->name;
	l->step = BACKENDS;
	if (l->backends)
		return;
	json_out_raw(out, l->any ? ",{" : "{");
	json_out_key_string(out, "name", config->name);
	json_out_key_string(out, "address",
			    addr_format(&config->address, address));
	put_ports(out, config);
	json_out_key_string(out, "balance",
			    model_balance_name(config->balance));
	json_out_key_string(out, "forward",
			    model_forward_name(config->forward));
	json_out_key_string(out, "health",
			    model_health_name(config->health.type));
	json_out_key_u64(out, "slots", s->ring_size);
	json_out_key_u64(out, "sticky_seconds", config->sticky_s);
	json_out_key_bool(out, "fail_open", config->fail_open);
	json_out_key_bool(out, "open", l->control->in->open[l->service]);
	json_out_key(out, "backends");
	json_out_raw(out, "[");
	l->any = false;
}

static void end_service(struct control_listing *l)
{
	struct json_out *out = &l->out;

	l->service++;
	l->step = l->alone ? END : SERVICE;
	if (l->backends)
		return;
	json_out_raw(out, "]");
	json_out_key_u64(out, "backends_up", l->up);
	put_counts(out, &l->sum);
	json_out_raw(out, "}");
	l->any = true;
}

static void put_backends(struct control_listing *l)
{
	const struct plan_service *s = &plan_of(l)->services[l->service];
	const struct snapshot_backend *b;
	size_t n = s->config->n_backends - l->backend;

	if (n > PIECE)
		n = PIECE;
	if (!n) {
		end_service(l);
		return;
	}
	b = gather_backends(l->control->gather,
			    s->first_backend + (uint32_t)l->backend,
			    (uint32_t)n);
	for (size_t i = 0; i < n; i++, l->backend++) {
		const struct model_backend *config =
			&s->config->backends[l->backend];

		json_out_raw(&l->out, l->any ? "," : "");
		put_backend(&l->out, s->config, config, &b[i]);
		add_up(l, &b[i]);
		l->any = true;
		l->last = *config;
	}
}

/* Where we were, among those who are there now. */
static void find_again(struct control_listing *l)
{
	const struct plan *plan = plan_of(l);
	const struct model_service *config;
	size_t i = find_service(l, l->name), k = 0;

	if (i == plan->n_services) {
		/* It is gone, and so are its backends. */
		end_service(l);
		if (l->service)
			l->service--;
		return;
	}
	l->service = i;
	config = plan->services[i].config;
	while (k < config->n_backends &&
	       model_backend_compare(&config->backends[k], &l->last) != 0)
		k++;
	if (k < config->n_backends)
		l->backend = k + 1;
	else if (l->backend > config->n_backends)
		l->backend = config->n_backends;
}

static void make_piece(struct control_listing *l)
{
	const bool list = !l->alone || l->backends;

	if (l->changes != l->control->changes && l->step == BACKENDS)
		find_again(l);
	else if (l->changes != l->control->changes && l->alone)
		l->service = find_service(l, l->name);
	l->changes = l->control->changes;
	switch (l->step) {
	case BEGIN:
		json_out_raw(&l->out, list ? "[" : "");
		l->step = SERVICE;
		break;
	case SERVICE:
		if (l->service < plan_of(l)->n_services)
			begin_service(l);
		else
			l->step = END;
		break;
	case BACKENDS:
		put_backends(l);
		break;
	default:
		json_out_raw(&l->out, list ? "]\n" : "\n");
		l->step = DONE;
	}
}

ssize_t control_listing_read(void *arg, char *to, size_t room)
{
	struct control_listing *l = arg;
	size_t n;

	while (l->out.length - l->taken < room && l->step != DONE) {
		make_piece(l);
		if (l->out.failed)
			return -ENOMEM;
	}
	n = l->out.length - l->taken;
	if (n > room)
		n = room;
	memcpy(to, l->out.text + l->taken, n);
	l->taken += n;
	/* What is left is less than a piece. */
	memmove(l->out.text, l->out.text + l->taken, l->out.length - l->taken);
	l->out.length -= l->taken;
	l->taken = 0;
	return (ssize_t)n;
}
