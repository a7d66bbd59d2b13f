/* SPDX-License-Identifier: GPL-2.0-only */
#include "target.h"

#include <arpa/inet.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/maps.h"
#include "../../src/object.h"
#include "../../src/plan.h"
#include "../../src/tables.h"

#define BIT(feature) (1U << LB_FEATURE_##feature)

/* What the modes that are measured need, and what is on by default. */
#define FEATURES                                                               \
	(BIT(NAT) | BIT(SNAT) | BIT(SPRAY) | BIT(ICMP) | BIT(ECHO))

struct target {
	struct target_shape shape;
	struct model model;
	struct model_ports port;
	struct plan *plan;
	struct tables_hop *hops;
	bool *serves;
	struct tables *tables;
	struct maps *maps;
	struct bpf_object *object;
	int balance, forward; /* of all services; -1: not set yet */
};

static struct addr ipv4(uint32_t address)
{
	return (struct addr){ .family = AF_INET,
			      .v4.s_addr = htonl(address) };
}

static const struct model_filter filters[] = {
	{ { { .family = AF_INET, .bytes = { 198, 18 } }, 15 }, false },
	{ { { .family = AF_INET, .bytes = { 10 } }, 8 }, false },
	{ { { .family = AF_INET, .bytes = { 198, 18, 255 } }, 24 }, true },
};

static int make_service(struct target *t, uint32_t n)
{
	struct model_service *s = &t->model.services[n];

	*s = (struct model_service){
		.address = ipv4(TARGET_VIP + n),
		.ports = &t->port,
		.n_ports = 1,
		.ring_size = t->shape.slots,
		.n_backends = t->shape.backends,
		.backends = calloc(t->shape.backends, sizeof(*s->backends)),
		.answer_ping = true,
	};
	if (!s->backends)
		return -ENOMEM;
	if (t->shape.filtered) {
		s->filters = (struct model_filter *)filters;
		s->n_filters = sizeof(filters) / sizeof(*filters);
		s->deny_others = true;
	}
	for (uint32_t i = 0; i < t->shape.backends; i++)
		s->backends[i] = (struct model_backend){
			.address = ipv4(TARGET_BACKEND + 1 + i +
					n * t->shape.backends),
			.port = TARGET_BACKEND_PORT,
			.weight = 1,
		};
	return 0;
}

static int make_model(struct target *t)
{
	int err = 0;

	t->port = (struct model_ports){ TARGET_PORT, TARGET_PORT };
	t->model.n_services = t->shape.services;
	t->model.services =
		calloc(t->shape.services, sizeof(*t->model.services));
	if (!t->model.services)
		return -ENOMEM;
	for (uint32_t i = 0; !err && i < t->shape.services; i++)
		err = make_service(t, i);
	return err;
}

/* Everybody serves. */
static int make_state(struct target *t)
{
	uint32_t n = t->plan->sizes.backends;

	t->hops = calloc(n, sizeof(*t->hops));
	t->serves = calloc(n, sizeof(*t->serves));
	if (!t->hops || !t->serves)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		t->hops[i] = (struct tables_hop){ true, { 2, 0, 0, 0, 0, 9 } };
		t->serves[i] = true;
	}
	return 0;
}

static int make_plan(struct target *t, struct plan **plan)
{
	const struct plan_limits limits = { 0 };
	char why[256] = "";
	int err = plan_build(&t->model, &limits, plan, why, sizeof(why));

	if (err)
		fprintf(stderr, "bench-packet: %s\n", why);
	return err;
}

/* Sized for nat, whose replies need the most. */
static int make_maps(struct target *t, const void *object, size_t size)
{
	const struct maps_request request = {
		.object = object,
		.object_size = size,
		.sizes = &t->plan->sizes,
		.latency = true,
	};
	char why[1024] = "";
	int err = maps_create(&t->maps, &request, why, sizeof(why));

	if (err)
		fprintf(stderr, "bench-packet: %s\n", why);
	return err;
}

static int load(struct target *t, const void *object, size_t size)
{
	int err;

	t->object = bpf_object__open_mem(object, size, NULL);
	if (!t->object)
		return -errno;
	err = maps_bind(t->maps, t->object);
	return err ?: bpf_object__load(t->object);
}

/* The whole file; free() it. */
static void *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	void *bytes = NULL;

	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END))
		bytes = malloc(*size = (size_t)ftell(file));
	rewind(file);
	if (bytes && fread(bytes, 1, *size, file) != *size) {
		free(bytes);
		bytes = NULL;
	}
	fclose(file);
	return bytes;
}

static int open_object(struct target *t, const char *path)
{
	uint32_t features = FEATURES | t->shape.features;
	void *bytes, *object = NULL;
	size_t size = 0;
	int err;

	bytes = read_file(path, &size);
	if (!bytes)
		return -errno ?: -EIO;
	err = object_features(bytes, size, features, &object);
	err = err ?: make_maps(t, object, size);
	err = err ?: load(t, object, size);
	free(object);
	free(bytes);
	return err;
}

int target_open(struct target **out, const char *object,
		const struct target_shape *shape)
{
	struct target *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return -ENOMEM;
	t->shape = *shape;
	t->balance = t->forward = -1;
	err = make_model(t);
	err = err ?: make_plan(t, &t->plan);
	err = err ?: make_state(t);
	err = err ?: open_object(t, object);
	err = err ?: target_set(t, LB_BALANCE_FLOW, LB_FORWARD_NAT);
	if (err) {
		fprintf(stderr, "bench-packet: %s: %s\n", object,
			strerror(-err));
		target_close(t);
		return err;
	}
	*out = t;
	return 0;
}

void target_close(struct target *target)
{
	if (!target)
		return;
	tables_free(target->tables);
	plan_free(target->plan);
	maps_free(target->maps);
	bpf_object__close(target->object);
	for (size_t i = 0; i < target->model.n_services; i++)
		free(target->model.services[i].backends);
	free(target->model.services);
	free(target->hops);
	free(target->serves);
	free(target);
}

const struct target_shape *target_shape(const struct target *target)
{
	return &target->shape;
}

/* The maps as this plan wants them. */
static int apply(struct target *t, struct plan *plan)
{
	const struct tables_state state = {
		.backends = t->hops,
		.serves = t->serves,
		.gateways = { t->hops[1], t->hops[1] },
		.source4 = ipv4(TARGET_CLIENT),
	};
	struct tables *next;
	int err = tables_build(plan, &state, &next);

	if (err)
		return err;
	err = tables_diff(t->tables, next, maps_apply, t->maps);
	err = err ?: maps_flush(t->maps);
	tables_free(t->tables);
	t->tables = next;
	return err;
}

int target_set(struct target *target, enum lb_balance balance,
	       enum lb_forward forward)
{
	struct plan *plan;
	int err;

	if (target->balance == (int)balance && target->forward == (int)forward)
		return 0;
	for (size_t i = 0; i < target->model.n_services; i++) {
		target->model.services[i].balance = balance;
		target->model.services[i].forward = forward;
	}
	err = make_plan(target, &plan);
	if (err)
		return err;
	err = apply(target, plan);
	plan_free(target->plan);
	target->plan = plan;
	target->balance = (int)balance;
	target->forward = (int)forward;
	return err;
}

struct bpf_program *target_program(const struct target *target, bool timed)
{
	return bpf_object__find_program_by_name(
		target->object, timed ? LB_PROGRAM_TIMED : LB_PROGRAM);
}
