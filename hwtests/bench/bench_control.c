/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the control plane costs: building rings, and applying one backend's
 * change to maps in the kernel.  Calls the daemon's own functions.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "xdp/maps.h"
#include "xdp/object.h"
#include "tables/plan.h"
#include "tables/ring.h"
#include "tables/tables.h"
#include "sample.h"

#define REPEAT 11
#define SLOTS  65536

/* Services, alike, and what is known about their backends. */
struct world {
	struct model model;
	struct model_ports ports;
	struct plan *plan;
	struct tables_hop *hops;
	bool *serves;
	struct tables_state state;
	struct maps *maps;
};

/* Of each service, but for the number of services. */
struct size {
	uint32_t services, backends, slots;
};

/* What tables_diff() emitted. */
struct writes {
	struct maps *maps;
	unsigned int ring, others;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static json_t *times(struct sample *sample)
{
	json_t *json =
		json_pack("{sf sf sf}", "ms", sample_quantile(sample, 0.5),
			  "ms_low", sample_quantile(sample, 0.25), "ms_high",
			  sample_quantile(sample, 0.75));

	sample_free(sample);
	return json;
}

/* One ring: all serve; then all but one. */
static json_t *ring(uint32_t n, bool all)
{
	struct ring_member *members = calloc(n, sizeof(*members));
	uint32_t *slots = calloc(SLOTS, sizeof(*slots));
	struct sample sample = { 0 };
	json_t *json;
	double start;

	for (uint32_t i = 0; members && i < n; i++) {
		members[i].id = ring_id(&i, sizeof(i));
		members[i].weight = 1;
		members[i].serves = all || i != n / 2;
	}
	for (int i = 0; members && slots && i < REPEAT; i++) {
		uint32_t *base = NULL;

		start = now_ms();
		ring_build(slots, SLOTS, members, n, &base);
		sample_add(&sample, now_ms() - start);
		free(base);
	}
	json = times(&sample);
	json_object_set_new(json, "backends", json_integer(n));
	json_object_set_new(json, "slots", json_integer(SLOTS));
	json_object_set_new(json, "down", json_integer(!all));
	free(members);
	free(slots);
	return json;
}

static json_t *rings(void)
{
	static const uint32_t backends[] = { 16, 100, 1000, 4000 };
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(backends) / sizeof(*backends); i++) {
		json_array_append_new(list, ring(backends[i], true));
		json_array_append_new(list, ring(backends[i], false));
	}
	return list;
}

static int make_service(struct world *w, uint32_t n, uint32_t n_backends,
			uint32_t slots)
{
	struct model_service *s = &w->model.services[n];

	*s = (struct model_service){
		.address = { .family = AF_INET,
			     .v4.s_addr = htonl(0xc6130000U + n) },
		.ports = &w->ports,
		.n_ports = 1,
		.forward = LB_FORWARD_NAT,
		.ring_size = slots,
		.n_backends = n_backends,
	};
	s->backends = calloc(n_backends, sizeof(*s->backends));
	for (uint32_t i = 0; s->backends && i < n_backends; i++)
		s->backends[i] = (struct model_backend){
			.address = { .family = AF_INET,
				     .v4.s_addr = htonl(0x0a000001U + i +
							n * n_backends) },
			.port = 5555,
			.weight = 1,
		};
	return s->backends ? 0 : -ENOMEM;
}

static int make_model(struct world *w, const struct size *size)
{
	int err = 0;

	w->ports = (struct model_ports){ 5000, 5000 };
	w->model.services = calloc(size->services, sizeof(*w->model.services));
	if (!w->model.services)
		return -ENOMEM;
	w->model.n_services = size->services;
	for (uint32_t i = 0; !err && i < size->services; i++)
		err = make_service(w, i, size->backends, size->slots);
	return err;
}

/* All backends serve. */
static int make_state(struct world *w)
{
	uint32_t n = w->plan->sizes.backends;

	w->hops = calloc(n, sizeof(*w->hops));
	w->serves = calloc(n, sizeof(*w->serves));
	if (!w->hops || !w->serves)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		w->hops[i] = (struct tables_hop){ .known = true,
						  .mac = { 2, 0, 0, 0, 0, 9 } };
		w->serves[i] = true;
	}
	w->state.backends = w->hops;
	w->state.serves = w->serves;
	w->state.gateways[0] = w->hops[0];
	return 0;
}

static int world_open(struct world *w, const struct size *size)
{
	const struct plan_limits limits = { 0 };
	struct maps_request request = { 0 };
	char why[256] = "";
	int err;

	*w = (struct world){ 0 };
	err = make_model(w, size);
	err = err ?: plan_build(&w->model, &limits, &w->plan, why, sizeof(why));
	err = err ?: make_state(w);
	if (err)
		return err;
	request.object = object_bytes(&request.object_size);
	request.sizes = &w->plan->sizes;
	err = maps_create(&w->maps, &request, why, sizeof(why));
	if (err)
		fprintf(stderr, "bench-control: %s\n", why);
	return err;
}

static void world_close(struct world *w)
{
	maps_free(w->maps);
	free(w->hops);
	free(w->serves);
	plan_free(w->plan);
	for (size_t i = 0; i < w->model.n_services; i++)
		free(w->model.services[i].backends);
	free(w->model.services);
}

static int write_map(void *arg, const struct tables_op *op)
{
	struct writes *writes = arg;

	if (op->map == PLAN_RING)
		writes->ring++;
	else
		writes->others++;
	return maps_apply(writes->maps, op);
}

static int apply(struct world *w, struct tables **current,
		 struct writes *writes)
{
	struct tables *next = NULL;
	int err;

	*writes = (struct writes){ .maps = w->maps };
	err = *current ? tables_rebuild(*current, (*current)->plan, &w->state,
					&next)
		       : tables_build(w->plan, &w->state, &next);
	err = err ?: tables_diff(*current, next, write_map, writes);
	err = err ?: maps_flush(w->maps);
	tables_free(*current);
	*current = next;
	return err;
}

static json_t *change_json(const char *what, const struct world *w,
			   const struct size *size, struct sample *sample,
			   const struct writes *writes)
{
	json_t *json = times(sample);

	json_object_set_new(json, "what", json_string(what));
	json_object_set_new(json, "services", json_integer(size->services));
	json_object_set_new(json, "backends", json_integer(size->backends));
	json_object_set_new(json, "slots",
			    json_integer((json_int_t)w->plan->sizes.ring));
	json_object_set_new(json, "ring_writes", json_integer(writes->ring));
	json_object_set_new(json, "other_writes", json_integer(writes->others));
	return json;
}

/* The first time, then a backend that goes and comes back, again and again. */
static int changes(const struct size *size, json_t *list)
{
	struct sample first = { 0 }, down = { 0 }, up = { 0 };
	struct writes all = { 0 }, gone = { 0 }, back = { 0 };
	struct tables *tables = NULL;
	struct world w;
	double start;
	int err = world_open(&w, size);

	start = now_ms();
	err = err ?: apply(&w, &tables, &all);
	sample_add(&first, now_ms() - start);
	for (int i = 0; !err && i < REPEAT; i++) {
		uint32_t backend = 1 + (uint32_t)i * size->backends *
					       size->services / REPEAT;

		w.serves[backend] = false;
		start = now_ms();
		err = apply(&w, &tables, &gone);
		sample_add(&down, now_ms() - start);
		w.serves[backend] = true;
		start = now_ms();
		err = err ?: apply(&w, &tables, &back);
		sample_add(&up, now_ms() - start);
	}
	if (!err) {
		json_array_append_new(list, change_json("everything", &w, size,
							&first, &all));
		json_array_append_new(
			list, change_json("one down", &w, size, &down, &gone));
		json_array_append_new(
			list, change_json("one up", &w, size, &up, &back));
	}
	tables_free(tables);
	world_close(&w);
	return err;
}

int main(void)
{
	static const struct size sizes[] = {
		{ 1, 16, SLOTS },   { 1, 100, SLOTS },	{ 1, 1000, SLOTS },
		{ 1, 4000, SLOTS }, { 1000, 16, 4096 },
	};
	json_t *list = json_array(), *all;
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(sizes) / sizeof(*sizes); i++)
		err = changes(&sizes[i], list);
	if (err) {
		fprintf(stderr, "bench-control: %s\n", strerror(-err));
		json_decref(list);
		return 1;
	}
	all = json_pack("{so so}", "rings", rings(), "changes", list);
	json_dumpf(all, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(5));
	putchar('\n');
	json_decref(all);
	return 0;
}
