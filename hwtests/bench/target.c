/* SPDX-License-Identifier: GPL-2.0-only */
#include "target.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct target {
	struct bpf_object *object;
	struct target_shape shape;
	int balance, forward; /* of all services; -1: not set yet */
};

static const uint8_t neighbour[6] = { 2, 0, 0, 0, 0, 9 };

static struct bpf_map *find_map(const struct target *t, const char *name)
{
	return bpf_object__find_map_by_name(t->object, name);
}

static int map_fd(const struct target *t, const char *name)
{
	return bpf_map__fd(find_map(t, name));
}

static int prepare_counter(struct target *t, const char *name)
{
	if (t->shape.plain_counters)
		return 0;
	return bpf_map__set_type(find_map(t, name), BPF_MAP_TYPE_PERCPU_ARRAY);
}

static int prepare(struct target *t)
{
	uint32_t services = t->shape.services;
	uint32_t backends = services * t->shape.backends;
	const struct {
		const char *map;
		uint32_t entries;
	} sizes[] = {
		{ LB_MAP_SERVICES4, services },
		{ LB_MAP_REPLIES4, backends },
		{ LB_MAP_RING, services * t->shape.slots },
		{ LB_MAP_BACKENDS, backends + 1 },
		{ LB_MAP_BACKEND_STATS, backends + 1 },
	};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(sizes) / sizeof(*sizes); i++)
		err = bpf_map__set_max_entries(find_map(t, sizes[i].map),
					       sizes[i].entries);
	err = err ?: prepare_counter(t, LB_MAP_BACKEND_STATS);
	return err ?: prepare_counter(t, LB_MAP_REASON_STATS);
}

static int fill_backend(struct target *t, uint32_t service, uint32_t backend)
{
	uint32_t index = 1 + service * t->shape.backends + backend;
	struct lb_target value = {
		.address = htonl(TARGET_BACKEND + index),
		.port = htons(TARGET_BACKEND_PORT),
	};
	struct lb_endpoint4 key = { value.address, value.port, 0 };
	struct lb_target reply = {
		.address = htonl(TARGET_VIP + service),
		.port = htons(TARGET_PORT),
	};
	int err;

	memcpy(value.mac, neighbour, sizeof(neighbour));
	memcpy(reply.mac, neighbour, sizeof(neighbour));
	err = bpf_map_update_elem(map_fd(t, LB_MAP_BACKENDS), &index, &value,
				  BPF_ANY);
	return err
		       ?: bpf_map_update_elem(map_fd(t, LB_MAP_REPLIES4), &key,
					      &reply, BPF_ANY);
}

/* Shares do not matter here; neighbouring slots differ as in a real ring. */
static int fill_ring(struct target *t, uint32_t service, uint32_t *keys,
		     uint32_t *owners)
{
	uint32_t n = t->shape.slots, first = service * t->shape.backends;

	for (uint32_t i = 0; i < n; i++) {
		keys[i] = service * n + i;
		owners[i] = 1 + first + i * 2654435761U % t->shape.backends;
	}
	return bpf_map_update_batch(map_fd(t, LB_MAP_RING), keys, owners, &n,
				    NULL);
}

static int fill(struct target *t)
{
	uint32_t *keys = calloc(t->shape.slots, sizeof(*keys));
	uint32_t *owners = calloc(t->shape.slots, sizeof(*owners));
	int err = keys && owners ? 0 : -ENOMEM;

	for (uint32_t i = 0; !err && i < t->shape.services; i++) {
		err = fill_ring(t, i, keys, owners);
		for (uint32_t b = 0; !err && b < t->shape.backends; b++)
			err = fill_backend(t, i, b);
	}
	free(keys);
	free(owners);
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
	t->object = bpf_object__open_file(object, NULL);
	err = t->object ? prepare(t) : -errno;
	err = err ?: bpf_object__load(t->object);
	err = err ?: fill(t);
	if (err) {
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
	bpf_object__close(target->object);
	free(target);
}

const struct target_shape *target_shape(const struct target *target)
{
	return &target->shape;
}

int target_set(struct target *target, enum lb_balance balance,
	       enum lb_forward forward)
{
	struct lb_service value = {
		.ring_mask = target->shape.slots - 1,
		.balance = balance,
		.forward = forward,
	};
	struct lb_endpoint4 key = { .port = htons(TARGET_PORT) };
	int err = 0;

	if (target->balance == (int)balance && target->forward == (int)forward)
		return 0;
	for (uint32_t i = 0; !err && i < target->shape.services; i++) {
		key.address = htonl(TARGET_VIP + i);
		value.ring_base = i * target->shape.slots;
		err = bpf_map_update_elem(map_fd(target, LB_MAP_SERVICES4),
					  &key, &value, BPF_ANY);
	}
	target->balance = balance;
	target->forward = forward;
	return err;
}

struct bpf_program *target_program(const struct target *target, bool timed)
{
	return bpf_object__find_program_by_name(
		target->object, timed ? LB_PROGRAM_TIMED : LB_PROGRAM);
}
