// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arrays and chained hash tables with every entry allocated at creation, as the
 * firmware must do it: nobody can allocate where a packet is processed.  A
 * slot's value never moves, so that a program may keep its address.
 */
#include <linux/bitmap.h>
#include <linux/bpf.h>
#include <linux/debugfs.h>
#include <linux/jhash.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "nfp/bpf/fw.h"
#include "lab_caps.h"
#include "lab_maps.h"
#include "nfp_fw.h"

#define NO_SLOT U32_MAX

struct lab_map {
	struct list_head list;
	u32 id;
	struct lab_map_spec spec;
	u32 stride; /* the atomic engine works on 8 bytes */
	u8 *values;
	/* hash tables only */
	u8 *keys;
	unsigned long *used;
	u32 *chain; /* next slot of the same bucket, or of the free */
	u32 *buckets;
	u32 bucket_mask;
	u32 free;
};

static LIST_HEAD(maps);
static DEFINE_SPINLOCK(lock);

void lab_maps_lock(void)
{
	spin_lock_bh(&lock);
}

void lab_maps_unlock(void)
{
	spin_unlock_bh(&lock);
}

/* A line for each: id, type, sizes of key and value, entries. */
static int maps_show(struct seq_file *file, void *unused)
{
	struct lab_map *map;

	lab_maps_lock();
	list_for_each_entry(map, &maps, list)
		seq_printf(file, "%u %u %u %u %u\n", map->id, map->spec.type,
			   map->spec.key_size, map->spec.value_size,
			   map->spec.max_entries);
	lab_maps_unlock();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(maps);

void lab_maps_show_in(struct dentry *dir)
{
	debugfs_create_file("maps", 0444, dir, NULL, &maps_fops);
}

struct lab_map *lab_maps_find(u32 id)
{
	struct lab_map *map;

	list_for_each_entry(map, &maps, list) if (map->id == id) return map;
	return NULL;
}

static bool is_array(const struct lab_map *map)
{
	return map->spec.type == BPF_MAP_TYPE_ARRAY;
}

static u32 *bucket(const struct lab_map *map, const void *key)
{
	return &map->buckets[jhash(key, map->spec.key_size, 0) &
			     map->bucket_mask];
}

static bool same_key(const struct lab_map *map, u32 slot, const void *key)
{
	u32 size = map->spec.key_size;

	return !memcmp(map->keys + (size_t)slot * size, key, size);
}

static void map_free(struct lab_map *map)
{
	kvfree(map->values);
	kvfree(map->keys);
	kvfree(map->used);
	kvfree(map->chain);
	kvfree(map->buckets);
	kfree(map);
}

static int hash_alloc(struct lab_map *map)
{
	u32 n = map->spec.max_entries, size = roundup_pow_of_two(n), i;

	map->keys = kvcalloc(n, map->spec.key_size, GFP_KERNEL);
	map->used = kvcalloc(BITS_TO_LONGS(n), sizeof(long), GFP_KERNEL);
	map->chain = kvmalloc_array(n, sizeof(u32), GFP_KERNEL);
	map->buckets = kvmalloc_array(size, sizeof(u32), GFP_KERNEL);
	if (!map->keys || !map->used || !map->chain || !map->buckets)
		return -ENOMEM;
	map->bucket_mask = size - 1;
	memset32(map->buckets, NO_SLOT, size);
	for (i = 0; i < n; i++)
		map->chain[i] = i + 1 < n ? i + 1 : NO_SLOT;
	return 0;
}

/* The lowest: an id is part of an address, which has 40 bits. */
static u32 free_id(void)
{
	u32 id = 1;

	while (lab_maps_find(id))
		id++;
	return id;
}

int lab_maps_create(const struct lab_map_spec *spec, u32 *id)
{
	struct lab_map *map;

	if (!spec->key_size || !spec->value_size || !spec->max_entries)
		return CMSG_RC_ERR_MAP_ERR;
	map = kzalloc(sizeof(*map), GFP_KERNEL);
	if (!map)
		return CMSG_RC_ERR_MAP_NOMEM;
	map->spec = *spec;
	map->stride = round_up(spec->value_size, 8);
	map->values =
		kvzalloc(size_add(array_size(spec->max_entries, map->stride),
				  NFP_FW_MAP_SLACK),
			 GFP_KERNEL);
	if (!map->values || (!is_array(map) && hash_alloc(map))) {
		map_free(map);
		return CMSG_RC_ERR_MAP_NOMEM;
	}
	lab_maps_lock();
	*id = map->id = free_id();
	list_add_tail(&map->list, &maps);
	lab_maps_unlock();
	return CMSG_RC_SUCCESS;
}

int lab_maps_destroy(u32 id)
{
	struct lab_map *map;

	lab_maps_lock();
	map = lab_maps_find(id);
	if (map)
		list_del(&map->list);
	lab_maps_unlock();
	if (!map)
		return CMSG_RC_ERR_MAP_FD;
	map_free(map);
	return CMSG_RC_SUCCESS;
}

const struct lab_map_spec *lab_map_spec(const struct lab_map *map)
{
	return &map->spec;
}

int lab_map_slot(const struct lab_map *map, const void *key)
{
	u32 slot;

	if (is_array(map)) {
		slot = *(const u32 *)key;
		return slot < map->spec.max_entries ? slot : -1;
	}
	for (slot = *bucket(map, key); slot != NO_SLOT; slot = map->chain[slot])
		if (same_key(map, slot, key))
			return slot;
	return -1;
}

int lab_map_next(const struct lab_map *map, const void *key)
{
	u32 n = map->spec.max_entries;
	u32 slot = key ? lab_map_slot(map, key) + 1 : 0;

	if (!is_array(map))
		slot = find_next_bit(map->used, n, slot);
	return slot < n ? slot : -1;
}

void lab_map_key(const struct lab_map *map, int slot, void *key)
{
	u32 size = map->spec.key_size;

	if (is_array(map))
		memcpy(key, &slot, sizeof(u32));
	else
		memcpy(key, map->keys + (size_t)slot * size, size);
}

void *lab_map_value(const struct lab_map *map, int slot)
{
	return map->values + (size_t)slot * map->stride;
}

/* As the firmware may refuse a key although there is room elsewhere. */
static bool bucket_is_full(const struct lab_map *map, u32 slot)
{
	unsigned int max = lab_caps_bucket_entries(), n = 0;

	for (; slot != NO_SLOT; slot = map->chain[slot])
		n++;
	return max && n >= max;
}

static int hash_insert(struct lab_map *map, const void *key)
{
	u32 slot = map->free, size = map->spec.key_size;
	u32 *head = bucket(map, key);

	if (slot == NO_SLOT || bucket_is_full(map, *head))
		return -1;
	map->free = map->chain[slot];
	map->chain[slot] = *head;
	*head = slot;
	__set_bit(slot, map->used);
	memcpy(map->keys + (size_t)slot * size, key, size);
	return slot;
}

int lab_map_update(struct lab_map *map, const void *key, const void *value,
		   u64 flags)
{
	int slot = lab_map_slot(map, key);

	if (slot >= 0 && flags == BPF_NOEXIST)
		return CMSG_RC_ERR_MAP_EXIST;
	if (slot < 0 && flags == BPF_EXIST)
		return CMSG_RC_ERR_MAP_NOENT;
	if (slot < 0 && !is_array(map))
		slot = hash_insert(map, key);
	if (slot < 0)
		return CMSG_RC_ERR_MAP_E2BIG;
	memcpy(lab_map_value(map, slot), value, map->spec.value_size);
	return CMSG_RC_SUCCESS;
}

int lab_map_delete(struct lab_map *map, const void *key)
{
	u32 *link, slot;

	if (is_array(map))
		return CMSG_RC_ERR_MAP_ERR;
	for (link = bucket(map, key); *link != NO_SLOT;
	     link = &map->chain[*link])
		if (same_key(map, *link, key))
			break;
	slot = *link;
	if (slot == NO_SLOT)
		return CMSG_RC_ERR_MAP_NOENT;
	*link = map->chain[slot];
	map->chain[slot] = map->free;
	map->free = slot;
	__clear_bit(slot, map->used);
	return CMSG_RC_SUCCESS;
}
