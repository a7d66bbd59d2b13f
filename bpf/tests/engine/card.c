/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hash tables are searched from end to end: the tests' tables are small,
 * and nothing can be wrong with that.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>

#include "card.h"

#define IMAGE_MAX 8192 /* words */

static bool find(void *priv, u32 id, struct nfp_fw_map *map)
{
	struct card *c = priv;

	for (u32 i = 0; i < c->n_maps; i++)
		if (c->maps[i].id == id) {
			*map = c->maps[i].fw;
			return true;
		}
	return false;
}

static int slot_of(const struct card_map *map, const void *key)
{
	u32 index, size = map->fw.key_size;

	if (map->is_array) {
		memcpy(&index, key, sizeof(index));
		return index < map->fw.entries ? (int)index : -1;
	}
	for (u32 i = 0; i < map->fw.entries; i++)
		if (map->used[i] &&
		    !memcmp(map->keys + (size_t)i * size, key, size))
			return (int)i;
	return -1;
}

static int slot(void *priv, const struct nfp_fw_map *map, const void *key)
{
	(void)priv;
	return slot_of(map->handle, key);
}

/* SplitMix64, as elsewhere in the tests. */
static u32 random_number(void *priv)
{
	struct card *c = priv;
	u64 z = c->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (u32)((z ^ z >> 31) >> 32);
}

static int free_slot(struct card_map *map, const void *key)
{
	u32 size = map->fw.key_size;

	for (u32 i = 0; i < map->fw.entries; i++) {
		if (map->used[i])
			continue;
		map->used[i] = 1;
		memcpy(map->keys + (size_t)i * size, key, size);
		return (int)i;
	}
	return -1;
}

int card_update(struct card_map *map, const void *key, const void *value)
{
	int at = slot_of(map, key);

	if (at < 0 && !map->is_array)
		at = free_slot(map, key);
	if (at < 0)
		return -E2BIG;
	memcpy(map->fw.values + (size_t)at * map->fw.stride, value,
	       map->fw.value_size);
	return 0;
}

static int update(void *priv, const struct nfp_fw_map *map, const void *key,
		  const void *value, u64 flags)
{
	(void)priv;
	return flags == BPF_ANY ? card_update(map->handle, key, value)
				: -EINVAL;
}

static void event(void *priv, const struct nfp_fw_event *event)
{
	struct card *c = priv;
	struct card_event *kept = &c->events[c->n_events];

	if (c->n_events++ >= CARD_EVENTS_MAX)
		return;
	kept->size = event->data_size + event->packet_size;
	if (event->data_size)
		memcpy(kept->bytes, event->data, event->data_size);
	if (event->packet_size)
		memcpy(kept->bytes + event->data_size, event->packet,
		       event->packet_size);
}

static void free_entries(struct card_map *map)
{
	free(map->fw.values);
	free(map->keys);
	free(map->used);
	map->fw.values = map->keys = map->used = NULL;
	map->fw.entries = 0;
}

int card_resize_map(struct card_map *map, u32 entries)
{
	free_entries(map);
	map->fw.values =
		calloc(1, (size_t)entries * map->fw.stride + NFP_FW_MAP_SLACK);
	map->keys = calloc(entries, map->fw.key_size);
	map->used = calloc(entries, 1);
	if (!map->fw.values || !map->keys || !map->used) {
		free_entries(map);
		return -ENOMEM;
	}
	/* Nobody may depend on what lies behind a map. */
	memset(map->fw.values + (size_t)entries * map->fw.stride, 0xa5,
	       NFP_FW_MAP_SLACK);
	map->fw.entries = entries;
	return 0;
}

struct card_map *card_find_map(struct card *c, const char *name)
{
	for (u32 i = 0; i < c->n_maps; i++)
		if (!strcmp(c->maps[i].name, name))
			return &c->maps[i];
	return NULL;
}

/* Numbers are two big-endian words, the less significant first. */
void card_read_numbers(const struct card_map *map, u32 at, u64 *numbers)
{
	const u8 *p = map->fw.values + (size_t)at * map->fw.stride;

	for (u32 i = 0; i < map->fw.value_size / 8; i++, p += 8) {
		u32 words[2];

		memcpy(words, p, sizeof(words));
		numbers[i] = __builtin_bswap32(words[0]) |
			     (u64)__builtin_bswap32(words[1]) << 32;
	}
}

void card_write_numbers(const struct card_map *map, u32 at, const u64 *numbers)
{
	u8 *p = map->fw.values + (size_t)at * map->fw.stride;

	for (u32 i = 0; i < map->fw.value_size / 8; i++, p += 8) {
		u32 words[2] = { __builtin_bswap32((u32)numbers[i]),
				 __builtin_bswap32((u32)(numbers[i] >> 32)) };

		memcpy(p, words, sizeof(words));
	}
}

static int load_words(struct card *c, const char *path)
{
	FILE *file = fopen(path, "rb");

	if (!file)
		return -errno;
	c->words = calloc(IMAGE_MAX, sizeof(*c->words));
	if (c->words)
		c->n_words = (u32)fread(c->words, sizeof(*c->words), IMAGE_MAX,
					file);
	fclose(file);
	if (!c->n_words)
		return -EINVAL;
	for (u32 i = 0; i < c->n_words; i++)
		if (nfp_emu_ecc(c->words[i]) != c->words[i])
			return -EBADMSG;
	return 0;
}

static int load_map(struct card *c, json_t *json)
{
	struct card_map *map = &c->maps[c->n_maps];
	int id, type, key, value;
	const char *name;

	if (c->n_maps == CARD_MAPS_MAX ||
	    json_unpack(json, "{s:s, s:i, s:i, s:i, s:i}", "name", &name, "id",
			&id, "type", &type, "key", &key, "value", &value))
		return -EINVAL;
	snprintf(map->name, sizeof(map->name), "%s", name);
	map->id = (u32)id;
	map->is_array = type == BPF_MAP_TYPE_ARRAY;
	map->fw.key_size = (u32)key;
	map->fw.value_size = (u32)value;
	map->fw.stride = ((u32)value + 7) & ~7U;
	map->fw.handle = map;
	c->n_maps++;
	return 0;
}

static int load_description(struct card *c, struct nfp_emu_image *image,
			    const char *path)
{
	json_t *json = json_load_file(path, 0, NULL), *maps;
	int start, done, helpers[NFP_EMU_HELPERS], err = 0;

	if (json_unpack(json, "{s:i, s:i, s:[i, i, i, i], s:o}", "start",
			&start, "done", &done, "helpers", &helpers[0],
			&helpers[1], &helpers[2], &helpers[3], "maps", &maps))
		err = -EINVAL;
	for (size_t i = 0; !err && i < json_array_size(maps); i++)
		err = load_map(c, json_array_get(maps, i));
	if (!err) {
		image->start = (u32)start;
		image->done = (u32)done;
		for (int i = 0; i < NFP_EMU_HELPERS; i++)
			image->helpers[i] = (u32)helpers[i];
	}
	json_decref(json);
	return err;
}

int card_load(struct card *c, const char *prefix)
{
	const struct nfp_fw_maps maps = {
		.priv = c,
		.find = find,
		.slot = slot,
		.update = update,
		.random = random_number,
		.event = event,
	};
	struct nfp_emu_image image = { 0 };
	char path[256];
	int err;

	memset(c, 0, sizeof(*c));
	snprintf(path, sizeof(path), "%s.nfp", prefix);
	err = load_words(c, path);
	snprintf(path, sizeof(path), "%s.json", prefix);
	err = err ?: load_description(c, &image, path);
	if (err) {
		card_free(c);
		return err;
	}
	image.words = c->words;
	image.count = c->n_words;
	nfp_fw_init(&c->fw, &image, &maps);
	return 0;
}

void card_reset(struct card *c)
{
	struct nfp_emu_image image = c->fw.image;
	struct nfp_fw_maps maps = c->fw.maps;

	for (u32 i = 0; i < c->n_maps; i++)
		free_entries(&c->maps[i]);
	nfp_fw_init(&c->fw, &image, &maps);
	c->random = 1;
	c->n_events = 0;
}

void card_free(struct card *c)
{
	for (u32 i = 0; i < c->n_maps; i++)
		free_entries(&c->maps[i]);
	free(c->words);
	c->words = NULL;
	c->n_maps = c->n_words = 0;
}
