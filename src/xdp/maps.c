/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The maps exist before the program does: an object whose programs are all
 * left out is loaded for its maps alone.  So they are full when the first
 * packet meets them, and the definitions in bpf/maps.h are the only ones.
 */
#include "xdp/maps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "xdp/bpf_log.h"
#include "xdp/flows.h"

/* Those of the plan, and those that a card never has. */
#define MAP_LATENCY   PLAN_MAPS
#define MAP_FRAGMENTS (PLAN_MAPS + 1)
#define MAP_MACS      (PLAN_MAPS + 2)
#define MAP_LIMITS    (PLAN_MAPS + 3)
#define MAP_COUNT     (PLAN_MAPS + 4)

static const char *map_name(unsigned int id)
{
	switch (id) {
	case MAP_LATENCY:
		return LB_MAP_LATENCY;
	case MAP_MACS:
		return LB_MAP_MACS;
	case MAP_FRAGMENTS:
		return LB_MAP_FRAGMENTS;
	case MAP_LIMITS:
		return LB_MAP_LIMITS;
	default:
		return plan_map_name((enum plan_map)id);
	}
}

/*
 * To ask the kernel for each entry of a large ARRAY would take a fifth of a
 * second.  So what is written to one, in a row, is gathered; and the ring,
 * which may have millions of slots, is memory that we share with the program.
 */
#define BATCH_MAX 1024
#define VALUE_MAX 64

struct batch {
	enum plan_map map;
	uint32_t n;
	uint32_t keys[BATCH_MAX];
	uint8_t values[BATCH_MAX * VALUE_MAX];
};

struct maps {
	struct bpf_object *object;
	struct bpf_map *map[MAP_COUNT]; /* NULL: left out */
	size_t cpus;
	bool on_card;	/* which takes no batches */
	uint64_t *ring; /* mapped, 8 bytes a slot; NULL on a card */
	size_t ring_bytes;
	struct batch batch;
};

/* Size, place and, on the host, per-CPU counters: no CPU waits for another. */
static int map_prepare(struct bpf_map *map, enum plan_map id,
		       const struct maps_request *request)
{
	int err;

	err = bpf_map__set_max_entries(map, plan_map_size(request->sizes, id));
	if (err)
		return err;
	if (request->offload_ifindex)
		return bpf_map__set_ifindex(map, request->offload_ifindex);
	if (id == PLAN_RING)
		return bpf_map__set_map_flags(map, BPF_F_MMAPABLE);
	if (id == PLAN_BACKEND_STATS || id == PLAN_REASON_STATS)
		return bpf_map__set_type(map, BPF_MAP_TYPE_PERCPU_ARRAY);
	return 0;
}

/* A card has few maps, and keeps two sets of them while one follows another. */
static bool is_needed(enum plan_map id, const struct maps_request *request)
{
	static const uint32_t needed_by[PLAN_MAPS] = {
		[PLAN_TUNNELS] = 1U << LB_FEATURE_TUNNEL,
		[PLAN_FILTERS] = 1U << LB_FEATURE_FILTER,
		[PLAN_PREFIXES] = 1U << LB_FEATURE_FILTER,
		[PLAN_QUIC_CONFIGS] = 1U << LB_FEATURE_QUIC,
		[PLAN_QUIC_IDS] = 1U << LB_FEATURE_QUIC,
		[PLAN_FLOWS] = 1U << LB_FEATURE_STICKY,
	};

	return !request->offload_ifindex || !needed_by[id] ||
	       (request->features & needed_by[id]);
}

static bool goes_on(const struct maps_request *request)
{
	return request->flows && request->features & 1U << LB_FEATURE_STICKY &&
	       maps_flows_fits(request->flows, request->sizes->flows,
			       request->offload_ifindex);
}

/* Whose size is its own. */
static int take_host_map(struct maps *maps, unsigned int id, bool wanted)
{
	struct bpf_map *map =
		bpf_object__find_map_by_name(maps->object, map_name(id));

	if (!map)
		return -ENOENT;
	if (!wanted)
		return bpf_map__set_autocreate(map, false);
	maps->map[id] = map;
	return 0;
}

static int maps_prepare(struct maps *maps, const struct maps_request *request)
{
	struct bpf_program *program;
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_program(program, maps->object)
		bpf_program__set_autoload(program, false);

	for (enum plan_map id = 0; id < PLAN_MAPS; id++) {
		map = bpf_object__find_map_by_name(maps->object, map_name(id));
		if (!map)
			return -ENOENT;
		if (is_needed(id, request)) {
			err = map_prepare(map, id, request);
			maps->map[id] = map;
		} else {
			err = bpf_map__set_autocreate(map, false);
		}
		if (err)
			return err;
	}
	if (goes_on(request))
		err = bpf_map__reuse_fd(maps->map[PLAN_FLOWS], request->flows);
	if (!err)
		err = take_host_map(maps, MAP_LATENCY, request->latency);
	if (!err)
		err = take_host_map(maps, MAP_MACS, !request->offload_ifindex);
	if (!err)
		err = take_host_map(maps, MAP_LIMITS,
				    !request->offload_ifindex);
	if (!err)
		err = take_host_map(maps, MAP_FRAGMENTS,
				    !request->offload_ifindex);
	/* One that this program cannot use is not worth failing for. */
	if (!err && request->fragments && maps->map[MAP_FRAGMENTS] &&
	    maps_fragments_fits(request->fragments))
		err = bpf_map__reuse_fd(maps->map[MAP_FRAGMENTS],
					request->fragments);
	return err;
}

/*
 * The kernel has one bare EINVAL for "this interface is no offload device"
 * (bpf_dev_offload_check() in kernel/bpf/offload.c); our maps give it no other
 * reason for one.  Before that, it looks for CAP_SYS_ADMIN
 * (bpf_map_offload_map_alloc()).
 */
static void explain(int err, const struct maps_request *request, char *why,
		    size_t why_size)
{
	if (request->offload_ifindex && err == -EINVAL)
		snprintf(why, why_size,
			 "the kernel has no BPF offload device for this "
			 "interface: its driver or firmware does not offer one "
			 "(an Agilio CX needs Netronome's bpf firmware)");
	else if (request->offload_ifindex && err == -EPERM)
		snprintf(why, why_size,
			 "Linux creates maps on a card for CAP_SYS_ADMIN only: "
			 "run it as root, or see CAPABILITIES in udplb(8)");
	else
		bpf_log_why("creating the maps", err, why, why_size);
}

static int map_fd(const struct maps *maps, unsigned int id)
{
	return bpf_map__fd(maps->map[id]);
}

int maps_flows_fd(const struct maps *maps)
{
	return maps->map[PLAN_FLOWS] ? map_fd(maps, PLAN_FLOWS) : -ENOENT;
}

int maps_fragments_fd(const struct maps *maps)
{
	return maps->map[MAP_FRAGMENTS] ? map_fd(maps, MAP_FRAGMENTS) : -ENOENT;
}

/*
 * An ARRAY has its values on 8 bytes each (elem_size in kernel/bpf/arraymap.c).
 * Where it may not be mapped it is written like other maps.
 */
static void map_ring(struct maps *maps, const struct maps_request *request)
{
	size_t bytes = sizeof(*maps->ring) * request->sizes->ring;
	void *ring;

	if (maps->on_card)
		return;
	ring = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
		    map_fd(maps, PLAN_RING), 0);
	if (ring == MAP_FAILED)
		return;
	maps->ring = ring;
	maps->ring_bytes = bytes;
}

int maps_create(struct maps **out, const struct maps_request *request,
		char *why, size_t why_size)
{
	struct maps *maps = calloc(1, sizeof(*maps));
	int err = -ENOMEM;

	*out = NULL;
	bpf_log_begin();
	if (!maps)
		goto err;
	maps->on_card = request->offload_ifindex != 0;
	maps->cpus = maps->on_card ? 1 : libbpf_num_possible_cpus();
	maps->object = bpf_object__open_mem(request->object,
					    request->object_size, NULL);
	if (!maps->object) {
		err = -errno;
		goto err;
	}
	err = maps_prepare(maps, request);
	if (!err)
		err = bpf_object__load(maps->object);
	if (err)
		goto err;
	map_ring(maps, request);
	if (request->flows && !goes_on(request) && !maps->on_card)
		maps_flows_copy(request->flows, maps_flows_fd(maps));
	*out = maps;
	return 0;
err:
	explain(err, request, why, why_size);
	maps_free(maps);
	return err;
}

void maps_free(struct maps *maps)
{
	if (!maps)
		return;
	if (maps->ring)
		munmap(maps->ring, maps->ring_bytes);
	bpf_object__close(maps->object);
	free(maps);
}

int maps_bind(void *arg, struct bpf_object *object)
{
	const struct maps *maps = arg;
	struct bpf_map *map;
	int err = 0;

	for (unsigned int id = 0; id < MAP_COUNT && !err; id++) {
		map = bpf_object__find_map_by_name(object, map_name(id));
		if (!map)
			return -ENOENT;
		if (maps->map[id])
			err = bpf_map__reuse_fd(map,
						bpf_map__fd(maps->map[id]));
		else
			err = bpf_map__set_autocreate(map, false);
	}
	return err;
}

/* After an error all of it is kept: done twice, it comes to the same. */
int maps_flush(struct maps *maps)
{
	struct batch *batch = &maps->batch;
	uint32_t n = batch->n;
	int err;

	if (!n)
		return 0;
	err = bpf_map_update_batch(map_fd(maps, batch->map), batch->keys,
				   batch->values, &n, NULL);
	if (!err)
		batch->n = 0;
	return err;
}

static bool is_gathered(const struct maps *maps, enum plan_map map)
{
	if (map == PLAN_RING)
		return !maps->on_card && !maps->ring;
	return !maps->on_card &&
	       (map == PLAN_VIPS || map == PLAN_HOSTS || map == PLAN_BACKENDS);
}

static int gather(struct maps *maps, const struct tables_op *op)
{
	const size_t size = bpf_map__value_size(maps->map[op->map]);
	struct batch *batch = &maps->batch;
	int err = 0;

	if (batch->n == BATCH_MAX || batch->map != op->map)
		err = maps_flush(maps);
	if (err)
		return err;
	batch->map = op->map;
	memcpy(&batch->keys[batch->n], op->key, sizeof(*batch->keys));
	memcpy(&batch->values[batch->n * size], op->value, size);
	batch->n++;
	return 0;
}

/* One aligned store: a packet meets the old backend or the new one. */
static void write_slot(struct maps *maps, const struct tables_op *op)
{
	uint32_t *at = (uint32_t *)&maps->ring[*(const uint32_t *)op->key];

	__atomic_store_n(at, *(const uint32_t *)op->value, __ATOMIC_RELEASE);
}

int maps_apply(void *arg, const struct tables_op *op)
{
	struct maps *maps = arg;
	int err, fd;

	if (!maps->map[op->map])
		return -ENOENT;
	fd = map_fd(maps, op->map);
	if (is_gathered(maps, op->map))
		return gather(maps, op);
	err = maps_flush(maps);
	if (err)
		return err;
	if (maps->ring && op->map == PLAN_RING) {
		write_slot(maps, op);
		return 0;
	}
	if (op->value)
		return bpf_map_update_elem(fd, op->key, op->value, BPF_ANY);
	err = bpf_map_delete_elem(fd, op->key);
	return err == -ENOENT ? 0 : err;
}

size_t maps_cpus(const struct maps *maps)
{
	return maps->cpus;
}

/* On a card one by one; no kernel reads a range from elsewhere than a key on.
 */
static int read_each(int fd, uint32_t first, uint32_t n, size_t cpus,
		     struct lb_counter *counters)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < n; i++) {
		const uint32_t key = first + i;

		err = bpf_map_lookup_elem(fd, &key, counters + i * cpus);
	}
	return err;
}

/* What is read in a batch is what follows a key, or all from the beginning. */
static int read_range(const struct maps *maps, enum plan_map map,
		      uint32_t first, uint32_t n, struct lb_counter *counters)
{
	uint32_t keys[MAPS_READ_MAX], before = first - 1, last, read = n;
	const int fd = map_fd(maps, map);
	int err;

	if (maps->on_card || n == 1)
		return read_each(fd, first, n, maps->cpus, counters);
	/* -ENOENT: the map ends there. */
	err = bpf_map_lookup_batch(fd, first ? &before : NULL, &last, keys,
				   counters, &read, NULL);
	if ((err && err != -ENOENT) || read != n)
		return read_each(fd, first, n, maps->cpus, counters);
	return 0;
}

int maps_read_backends(const struct maps *maps, uint32_t first, uint32_t n,
		       struct lb_counter *counters)
{
	return read_range(maps, PLAN_BACKEND_STATS, first, n, counters);
}

int maps_read_reasons(const struct maps *maps, uint32_t n,
		      struct lb_counter *counters)
{
	return read_range(maps, PLAN_REASON_STATS, 0, n, counters);
}

int maps_read_backend(const struct maps *maps, uint32_t index,
		      struct lb_counter *counters)
{
	return bpf_map_lookup_elem(map_fd(maps, PLAN_BACKEND_STATS), &index,
				   counters);
}

int maps_clear_backend(const struct maps *maps, uint32_t index)
{
	struct lb_counter *zero = calloc(maps->cpus, sizeof(*zero));
	int err = zero ? bpf_map_update_elem(map_fd(maps, PLAN_BACKEND_STATS),
					     &index, zero, BPF_ANY)
		       : -ENOMEM;

	free(zero);
	return err;
}

int maps_read_reason(const struct maps *maps, uint32_t reason,
		     struct lb_counter *counters)
{
	return bpf_map_lookup_elem(map_fd(maps, PLAN_REASON_STATS), &reason,
				   counters);
}

int maps_read_latency(const struct maps *maps,
		      uint64_t buckets[LB_LATENCY_BUCKETS])
{
	struct lb_latency *cpus;
	uint32_t zero = 0;
	int err;

	if (!maps->map[MAP_LATENCY])
		return -ENOENT;
	cpus = calloc(maps->cpus, sizeof(*cpus));
	if (!cpus)
		return -ENOMEM;
	err = bpf_map_lookup_elem(map_fd(maps, MAP_LATENCY), &zero, cpus);
	memset(buckets, 0, LB_LATENCY_BUCKETS * sizeof(*buckets));
	for (size_t cpu = 0; !err && cpu < maps->cpus; cpu++)
		for (size_t i = 0; i < LB_LATENCY_BUCKETS; i++)
			buckets[i] += cpus[cpu].buckets[i];
	free(cpus);
	return err;
}

int maps_set_macs(const struct maps *maps, const struct lb_macs *macs)
{
	uint32_t zero = 0;

	if (!maps->map[MAP_MACS])
		return 0;
	return bpf_map_update_elem(map_fd(maps, MAP_MACS), &zero, macs,
				   BPF_ANY);
}
