/* SPDX-License-Identifier: GPL-2.0-only */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "xdp/object.h"
#include "engine.h"
#include "object.h"

#define KEY_MAX	  64
#define VALUE_MAX 64

struct engine_entry {
	const char *map;
	uint8_t key[KEY_MAX];
};

/* At least; so that tables of most tests fit without loading again. */
static const struct {
	const char *map;
	size_t entries;
} rooms[] = {
	{ LB_MAP_SERVICES, 256 },
	{ LB_MAP_REPLIES, 256 },
	{ LB_MAP_RING, 1024 },
	{ LB_MAP_BACKENDS, FIXTURE_BACKENDS_MAX },
	{ LB_MAP_FILTERS, 256 },
	{ LB_MAP_PREFIXES, 256 },
	{ LB_MAP_QUIC_CONFIGS, 256 },
	{ LB_MAP_QUIC_IDS, 256 },
	{ LB_MAP_BACKEND_STATS, FIXTURE_BACKENDS_MAX },
};

static struct bpf_map *find_map(const struct engine_object *o, const char *name)
{
	return bpf_object__find_map_by_name(o->object, name);
}

int engine_object_map(const struct engine_object *o, const char *name)
{
	return bpf_map__fd(find_map(o, name));
}

static int resize(void *priv, const char *name, size_t entries)
{
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++)
		if (!strcmp(rooms[i].map, name) && rooms[i].entries > entries)
			entries = rooms[i].entries;
	return bpf_map__set_max_entries(find_map(priv, name),
					(uint32_t)entries);
}

static int check_size(void *priv, const char *name, size_t entries)
{
	return bpf_map__max_entries(find_map(priv, name)) < entries ? -E2BIG
								    : 0;
}

static int prepare_counters(struct engine_object *o)
{
	int err = 0;

	if (o->per_cpu) {
		err = bpf_map__set_type(find_map(o, LB_MAP_BACKEND_STATS),
					BPF_MAP_TYPE_PERCPU_ARRAY);
		err = err
			      ?: bpf_map__set_type(
					 find_map(o, LB_MAP_REASON_STATS),
					 BPF_MAP_TYPE_PERCPU_ARRAY);
	}
	if (!err && !o->timed)
		err = bpf_map__set_autocreate(find_map(o, LB_MAP_LATENCY),
					      false);
	return err;
}

static int prepare_program(struct engine_object *o)
{
	struct bpf_program *program;
	int err = 0;

	bpf_object__for_each_program(program, o->object) err =
		err
			?: bpf_program__set_autoload(
				   program, !strcmp(bpf_program__name(program),
						    o->program));
	return err;
}

static int read_object(void **bytes, size_t *size)
{
	FILE *file = fopen(engine_object, "r");
	struct stat status;
	int err;

	if (!file)
		return -errno;
	err = fstat(fileno(file), &status) ? -errno : 0;
	*size = (size_t)status.st_size;
	*bytes = err ? NULL : malloc(*size);
	if (!err && (!*bytes || fread(*bytes, 1, *size, file) != *size))
		err = -EIO;
	fclose(file);
	return err;
}

/* As the loader does it; what is as on a card stays as it is, if it may. */
static int open_object(struct engine_object *o)
{
	const uint32_t features = ~o->without & LB_FEATURES_ALL;
	void *bytes = NULL, *changed = NULL;
	size_t size = 0;
	int err = read_object(&bytes, &size);

	if (!err && (o->per_cpu || o->without))
		err = object_features(bytes, size, features, &changed);
	if (!err) {
		o->object = bpf_object__open_mem(changed ? changed : bytes,
						 size, NULL);
		err = o->object ? 0 : -errno;
	}
	free(changed);
	free(bytes);
	return err;
}

static void unload(struct engine_object *o)
{
	bpf_object__close(o->object);
	free(o->entries);
	o->object = NULL;
	o->entries = NULL;
	o->n_entries = o->room = 0;
}

static int load(struct engine_object *o, const struct fixture *f)
{
	struct bpf_program *program;
	int err;

	o->without = f->without;
	err = open_object(o);
	if (err)
		return err;
	err = prepare_program(o);
	err = err ?: fixture_size(f, resize, o);
	err = err ?: prepare_counters(o);
	err = err ?: bpf_object__load(o->object);
	if (err)
		return err;
	program = bpf_object__find_program_by_name(o->object, o->program);
	o->program_fd = bpf_program__fd(program);
	return 0;
}

static bool is_hash(const struct bpf_map *map)
{
	return bpf_map__type(map) == BPF_MAP_TYPE_HASH;
}

/* What the program has put there. */
static int empty_map(struct engine_object *o, const char *name)
{
	int err = 0, fd = engine_object_map(o, name);
	uint8_t key[KEY_MAX];

	while (!err && !bpf_map_get_next_key(fd, NULL, key))
		err = bpf_map_delete_elem(fd, key);
	return err;
}

static int empty(struct engine_object *o)
{
	static const uint8_t zero[VALUE_MAX];
	int err = 0;

	for (size_t i = 0; !err && i < o->n_entries; i++) {
		struct engine_entry *e = &o->entries[i];
		struct bpf_map *map = find_map(o, e->map);
		int fd = bpf_map__fd(map);

		if (is_hash(map))
			err = bpf_map_delete_elem(fd, e->key);
		else
			err = bpf_map_update_elem(fd, e->key, zero, BPF_ANY);
		if (err == -ENOENT) /* it had been put twice */
			err = 0;
	}
	o->n_entries = 0;
	err = err ?: empty_map(o, LB_MAP_FLOWS);
	return err ?: empty_map(o, LB_MAP_FRAGMENTS);
}

static int remember(struct engine_object *o, const struct bpf_map *map,
		    const void *key)
{
	struct engine_entry *entries = o->entries;

	if (o->n_entries == o->room) {
		size_t room = o->room ? o->room * 2 : 64;

		entries = realloc(entries, room * sizeof(*entries));
		if (!entries)
			return -ENOMEM;
		o->entries = entries;
		o->room = room;
	}
	entries += o->n_entries++;
	entries->map = bpf_map__name(map);
	memcpy(entries->key, key, bpf_map__key_size(map));
	return 0;
}

/* Whose value is an index into backends? */
static bool names_backend(const char *map)
{
	return !strcmp(map, LB_MAP_RING) || !strcmp(map, LB_MAP_QUIC_IDS);
}

static int put(void *priv, const char *name, const void *key, const void *value)
{
	struct engine_object *o = priv;
	struct bpf_map *map = find_map(o, name);
	uint32_t entries, index;
	int err = remember(o, map, key);

	if (!err && names_backend(name)) {
		entries = bpf_map__max_entries(find_map(o, LB_MAP_BACKENDS));
		memcpy(&index, value, sizeof(index));
		if (index && index >= entries - o->beyond &&
		    index < UINT32_MAX - o->beyond)
			index += o->beyond;
		value = &index;
	}
	return err
		       ?: bpf_map_update_elem(bpf_map__fd(map), key, value,
					      BPF_ANY);
}

int engine_object_open(struct engine_object *o, const struct fixture *f)
{
	size_t n_backends = f->n_backends ? f->n_backends : 1;
	int err = 0;

	if (o->object &&
	    (o->without != f->without || fixture_size(f, check_size, o)))
		unload(o);
	err = o->object ? empty(o) : load(o, f);
	if (!err) {
		uint32_t entries =
			bpf_map__max_entries(find_map(o, LB_MAP_BACKENDS));

		o->beyond = (uint32_t)(entries - n_backends);
		err = fixture_fill(f, put, o);
	}
	if (err)
		unload(o);
	return err;
}
