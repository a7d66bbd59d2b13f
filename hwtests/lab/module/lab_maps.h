/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The maps that live in the card's memory.  Everybody who touches them, control
 * messages and programs, holds the lock between find and the last use of what
 * it returned.
 */
#ifndef LAB_MAPS_H
#define LAB_MAPS_H

#include <linux/types.h>

struct dentry;
struct lab_map;

struct lab_map_spec {
	u32 type; /* enum bpf_map_type: HASH or ARRAY */
	u32 key_size;
	u32 value_size;
	u32 max_entries;
};

/*
 * The functions that change maps return 0 or a firmware status, one of enum
 * nfp_bpf_cmsg_status; slots are indices below max_entries.  Create and destroy
 * take the lock themselves.
 */
/* The file "maps" in dir lists them, in the order of their creation. */
void lab_maps_show_in(struct dentry *dir);
int lab_maps_create(const struct lab_map_spec *spec, u32 *id);
int lab_maps_destroy(u32 id);
void lab_maps_lock(void);
void lab_maps_unlock(void);

struct lab_map *lab_maps_find(u32 id);

const struct lab_map_spec *lab_map_spec(const struct lab_map *map);
/* The key's slot, or -1. */
int lab_map_slot(const struct lab_map *map, const void *key);
/* The first used slot, or the one after key's; -1 at the end. */
int lab_map_next(const struct lab_map *map, const void *key);
void lab_map_key(const struct lab_map *map, int slot, void *key);
void *lab_map_value(const struct lab_map *map, int slot);
int lab_map_update(struct lab_map *map, const void *key, const void *value,
		   u64 flags);
int lab_map_delete(struct lab_map *map, const void *key);

#endif
