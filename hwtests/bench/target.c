/* SPDX-License-Identifier: GPL-2.0-only */
#include "target.h"

#include <arpa/inet.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xdp/maps.h"
#include "xdp/object.h"
#include "tables/plan.h"
#include "tables/tables.h"

#define HOPS_MAC                                                               \
	{                                                                      \
		2, 0, 0, 0, 0, 9                                               \
	}
#define GUE_PORT 6080

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
	const char *variant;
};

static struct addr ipv4(uint32_t address)
{
	return (struct addr){ .family = AF_INET, .v4.s_addr = htonl(address) };
}

/* 2001:db8:..., by the second word and the last. */
static struct addr ipv6(uint32_t second, uint32_t last)
{
	return (struct addr){ .family = AF_INET6,
			      .v6.s6_addr32 = { htonl(0x20010db8),
						htonl(second), 0,
						htonl(last) } };
}

static struct addr vip(const struct target *t, uint32_t n)
{
	return t->shape.ipv6 ? ipv6(TARGET_VIP6, n) : ipv4(TARGET_VIP + n);
}

static bool is_tunnel(const struct target *t)
{
	return t->shape.forward >= LB_FORWARD_IPIP;
}

static struct addr backend(const struct target *t, uint32_t n)
{
	return t->shape.ipv6 && !is_tunnel(t) ? ipv6(TARGET_BACKEND6, n)
					      : ipv4(TARGET_BACKEND + n);
}

static const struct model_filter filters[] = {
	{ { { .family = AF_INET, .bytes = { 198, 18 } }, 15 }, false },
	{ { { .family = AF_INET, .bytes = { 10 } }, 8 }, false },
	{ { { .family = AF_INET, .bytes = { 198, 18, 255 } }, 24 }, true },
};

/* Server id n of configuration 1 is four bytes: 0, 0, 0, n. */
static int make_backend(struct target *t, struct model_backend *b, uint32_t n)
{
	*b = (struct model_backend){
		.address = backend(t, n),
		.port = TARGET_BACKEND_PORT,
		.weight = 1,
	};
	if (is_tunnel(t))
		b->port = t->shape.forward == LB_FORWARD_GUE ? GUE_PORT : 0;
	if (t->shape.balance != LB_BALANCE_QUIC)
		return 0;
	b->server_ids = calloc(1, sizeof(*b->server_ids));
	if (!b->server_ids)
		return -ENOMEM;
	b->n_server_ids = 1;
	*b->server_ids = (struct model_server_id){
		.config = 1,
		.length = 4,
		.bytes = { 0, 0, (uint8_t)(n >> 8), (uint8_t)n },
	};
	return 0;
}

static int make_service(struct target *t, uint32_t n)
{
	struct model_service *s = &t->model.services[n];
	int err = 0;

	*s = (struct model_service){
		.address = vip(t, n),
		.ports = &t->port,
		.n_ports = 1,
		.balance = t->shape.balance,
		.forward = t->shape.forward,
		.ring_size = t->shape.slots,
		.n_backends = t->shape.backends,
		.backends = calloc(t->shape.backends, sizeof(*s->backends)),
		.answer_ping = true,
		.drop_malformed = t->shape.strict,
		.sticky_s = t->shape.sticky ? 600 : 0,
	};
	if (!s->backends)
		return -ENOMEM;
	if (t->shape.filtered) {
		s->filters = (struct model_filter *)filters;
		s->n_filters = sizeof(filters) / sizeof(*filters);
		s->deny_others = true;
	}
	for (uint32_t i = 0; !err && i < t->shape.backends; i++)
		err = make_backend(t, &s->backends[i],
				   1 + i + n * t->shape.backends);
	return err;
}

static int make_model(struct target *t)
{
	int err = 0;

	t->port = (struct model_ports){ TARGET_PORT, TARGET_PORT };
	t->model.n_services = t->shape.services;
	t->model.flows = t->shape.sticky ? TARGET_FLOWS : 0;
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
		t->hops[i] =
			(struct tables_hop){ .known = true, .mac = HOPS_MAC };
		t->serves[i] = true;
	}
	return 0;
}

static int make_plan(struct target *t)
{
	const struct plan_limits limits = { 0 };
	char why[256] = "";
	int err = plan_build(&t->model, &limits, &t->plan, why, sizeof(why));

	if (err)
		fprintf(stderr, "bench-packet: %s\n", why);
	return err;
}

static int make_maps(struct target *t, const void *object, size_t size)
{
	const struct maps_request request = {
		.object = object,
		.object_size = size,
		.sizes = &t->plan->sizes,
		.features = t->plan->features,
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

static int choose_program(struct target *t, const char *path, void **object,
			  size_t *size)
{
	uint32_t features = t->plan->features | t->shape.features;
	const char *all;
	void *bytes;
	int err;

	if (!path) {
		/* The name of what a card would get; the host gets all. */
		err = object_for(true, features, object, size, &t->variant);
		if (err)
			return err;
		free(*object);
		return object_for(false, features, object, size, &all);
	}
	t->variant = "file";
	bytes = read_file(path, size);
	if (!bytes)
		return -errno ?: -EIO;
	err = object_features(bytes, *size, features, object);
	free(bytes);
	return err;
}

static int open_object(struct target *t, const char *path)
{
	void *object = NULL;
	size_t size = 0;
	int err = choose_program(t, path, &object, &size);

	err = err ?: make_maps(t, object, size);
	err = err ?: load(t, object, size);
	free(object);
	return err;
}

/* Fills the maps. */
static int fill(struct target *t)
{
	const struct tables_hop hop = { .known = true, .mac = HOPS_MAC };
	const struct tables_state state = {
		.backends = t->hops,
		.serves = t->serves,
		.gateways = { hop, hop },
		.source4 = ipv4(TARGET_CLIENT),
		.source6 = ipv6(TARGET_CLIENT6, 0),
		.link_mtu = TARGET_LINK_MTU,
		.tell_too_big = true,
	};
	int err = tables_build(t->plan, &state, &t->tables);

	err = err ?: tables_diff(NULL, t->tables, maps_apply, t->maps);
	return err ?: maps_flush(t->maps);
}

int target_open(struct target **out, const char *object,
		const struct target_shape *shape)
{
	struct target *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return -ENOMEM;
	t->shape = *shape;
	err = make_model(t);
	err = err ?: make_plan(t);
	err = err ?: make_state(t);
	err = err ?: open_object(t, object);
	err = err ?: fill(t);
	if (err) {
		fprintf(stderr, "bench-packet: %s: %s\n",
			object ?: "the program", strerror(-err));
		target_close(t);
		return err;
	}
	*out = t;
	return 0;
}

static void free_backends(struct model_service *s)
{
	for (size_t i = 0; s->backends && i < s->n_backends; i++)
		free(s->backends[i].server_ids);
	free(s->backends);
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
		free_backends(&target->model.services[i]);
	free(target->model.services);
	free(target->hops);
	free(target->serves);
	free(target);
}

const char *target_variant(const struct target *target)
{
	return target->variant;
}

struct bpf_program *target_program(const struct target *target, bool timed)
{
	return bpf_object__find_program_by_name(
		target->object, timed ? LB_PROGRAM_TIMED : LB_PROGRAM);
}
