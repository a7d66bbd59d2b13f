/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A card in user space: the image that the lab took from the driver, the
 * emulator, and maps as the card's firmware has them.
 */
#ifndef CARD_H
#define CARD_H

#include "offload/emu/nfp_fw.h"

#define CARD_MAPS_MAX	16
#define CARD_NAME_MAX	16
#define CARD_EVENTS_MAX 4

struct card_map {
	char name[CARD_NAME_MAX];
	u32 id;
	bool is_array;
	struct nfp_fw_map fw; /* sizes and values */
	u8 *keys, *used;      /* of a hash table */
};

/* The data and behind it the packet's part, as the host's ring has them. */
struct card_event {
	u32 size;
	u8 bytes[NFP_FW_EVENT_MAX];
};

struct card {
	struct nfp_fw fw;
	u64 *words;
	u32 n_words;
	struct card_map maps[CARD_MAPS_MAX];
	u32 n_maps;
	u64 random;   /* state of the random numbers */
	u32 n_events; /* since the reset; the first of them are kept */
	struct card_event events[CARD_EVENTS_MAX];
};

/*
 * Reads PREFIX.nfp and PREFIX.json, as the lab's test 80-image leaves them.
 * Returns 0 or a negative errno; the maps have no entries yet.
 */
int card_load(struct card *c, const char *prefix);
void card_free(struct card *c);

/* Empties the card: no entries, garbage in its registers. */
void card_reset(struct card *c);

struct card_map *card_find_map(struct card *c, const char *name);
/* Makes room for so many entries, all zero. */
int card_resize_map(struct card_map *map, u32 entries);
int card_update(struct card_map *map, const void *key, const void *value);

/*
 * Reads and writes a value of 64-bit numbers that programs add to, as the
 * driver does for user space.
 */
void card_read_numbers(const struct card_map *map, u32 slot, u64 *numbers);
void card_write_numbers(const struct card_map *map, u32 slot,
			const u64 *numbers);

#endif
