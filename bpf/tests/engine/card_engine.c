/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The card as an engine: the machine code that the nfp driver compiled from
 * this very object, or a variant of it, in the emulator.  The image is the
 * lab's; one of another object would prove nothing, so the lab leaves the
 * object beside it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>

#include "card.h"
#include "engine.h"
#include "card_engine.h"

struct card_engine {
	struct engine engine;
	struct card card; /* loaded once */
	struct engine_card_totals totals;
	size_t n_backends;
};

const char *engine_card_image = "build/lab/card/udplb_nat4";

static struct card_engine *of(struct engine *e)
{
	return (struct card_engine *)e;
}

static bool same_content(FILE *a, FILE *b)
{
	int x, y;

	do {
		x = getc(a);
		y = getc(b);
	} while (x == y && x != EOF);
	return x == y;
}

/* The variant of that name, beside the object that the others run. */
static bool is_of_object(void)
{
	const char *slash = strrchr(engine_object, '/');
	int directory = slash ? (int)(slash - engine_object + 1) : 0;
	const char *name = strrchr(engine_card_image, '/');
	FILE *ours, *theirs;
	char path[256];
	bool same = false;

	name = name ? name + 1 : engine_card_image;
	snprintf(path, sizeof(path), "%.*s%s.bpf.o", directory, engine_object,
		 name);
	ours = fopen(path, "rb");
	snprintf(path, sizeof(path), "%s.bpf.o", engine_card_image);
	theirs = fopen(path, "rb");
	if (ours && theirs)
		same = same_content(ours, theirs);
	if (ours)
		fclose(ours);
	if (theirs)
		fclose(theirs);
	return same;
}

static int resize(void *priv, const char *name, size_t entries)
{
	struct card_map *map = card_find_map(priv, name);

	/* A variant of the program has only the maps that it uses. */
	return map ? card_resize_map(map, (u32)entries) : 0;
}

static int put(void *priv, const char *name, const void *key, const void *value)
{
	struct card_map *map = card_find_map(priv, name);

	return map ? card_update(map, key, value) : 0;
}

static int card_open(struct engine *e, const struct fixture *f)
{
	struct card_engine *c = of(e);
	int err;

	c->n_backends = f->n_backends ? f->n_backends : 1;
	card_reset(&c->card);
	err = fixture_size(f, resize, &c->card);
	return err ?: fixture_fill(f, put, &c->card);
}

static void add_totals(struct engine_card_totals *totals,
		       const struct nfp_fw *fw)
{
	const struct nfp_emu_thread *t = &fw->thread;

	totals->packets++;
	totals->overreads += fw->overread;
	totals->instructions += t->cost.instructions;
	totals->guessed += t->guesses != 0;
	for (int i = 0; i < NFP_EMU_GUESS_COUNT; i++)
		totals->guesses[i] += t->guesses >> i & 1;
}

static int action_of(enum nfp_fw_verdict verdict)
{
	switch (verdict) {
	case NFP_FW_PASS:
		return XDP_PASS;
	case NFP_FW_DROP:
		return XDP_DROP;
	case NFP_FW_TX:
		return XDP_TX;
	default:
		return XDP_ABORTED;
	}
}

static int card_run(struct engine *e, const uint8_t *frame, size_t length,
		    struct engine_outcome *out)
{
	struct card_engine *c = of(e);
	struct nfp_fw *fw = &c->card.fw;
	bool good = nfp_fw_run(fw, frame, (u32)length);

	add_totals(&c->totals, fw);
	if (!good || fw->length > sizeof(out->frame))
		return -EIO;
	out->action = action_of(fw->verdict);
	out->length = fw->length;
	memcpy(out->frame, fw->frame, fw->length);
	return 0;
}

static void read_counters(struct card *c, const char *name,
			  struct lb_counter *out, size_t n)
{
	const struct card_map *map = card_find_map(c, name);
	u64 numbers[2];

	for (u32 i = 0; i < n; i++) {
		card_read_numbers(map, i, numbers);
		out[i].packets = numbers[0];
		out[i].bytes = numbers[1];
	}
}

static int card_counters(struct engine *e, struct engine_counters *out)
{
	struct card_engine *c = of(e);

	read_counters(&c->card, LB_MAP_REASON_STATS, out->reasons,
		      LB_COUNT_END);
	read_counters(&c->card, LB_MAP_BACKEND_STATS, out->backends,
		      c->n_backends);
	return 0;
}

/* A slot is used as long as its map is: nobody deletes. */
static int card_flows(struct engine *e,
		      struct fixture_flow flows[FIXTURE_FLOWS_MAX], size_t *n)
{
	const struct card_map *map = card_find_map(&of(e)->card, LB_MAP_FLOWS);
	struct lb_flow key;
	u64 numbers[2];
	u32 backend;

	*n = 0;
	for (u32 i = 0; map && i < map->fw.entries; i++) {
		if (!map->used[i])
			continue;
		card_read_numbers(map, i, numbers);
		memcpy(&key, map->keys + (size_t)i * sizeof(key), sizeof(key));
		memcpy(&backend, map->fw.values + (size_t)i * map->fw.stride,
		       sizeof(backend));
		flows[(*n)++] = fixture_flow(&key, backend, numbers[1]);
	}
	return 0;
}

static int card_preset(struct engine *e, const struct lb_counter *value)
{
	const u64 numbers[] = { value->packets, value->bytes };
	struct card_engine *c = of(e);
	struct card_map *reasons, *backends;

	reasons = card_find_map(&c->card, LB_MAP_REASON_STATS);
	backends = card_find_map(&c->card, LB_MAP_BACKEND_STATS);
	for (u32 i = 0; i < LB_COUNT_END; i++)
		card_write_numbers(reasons, i, numbers);
	for (u32 i = 0; i < c->n_backends; i++)
		card_write_numbers(backends, i, numbers);
	return 0;
}

/* Where it stopped, for who wants to know why. */
static void card_explain(struct engine *e, char *text, size_t size)
{
	const struct nfp_emu_thread *t = &of(e)->card.fw.thread;

	snprintf(text, size, "%s: at instruction %u, word %012llx",
		 nfp_emu_end_text(t->end),
		 t->end_at - of(e)->card.fw.image.start,
		 (unsigned long long)t->end_word);
}

static void card_close(struct engine *e)
{
	card_reset(&of(e)->card);
}

static struct card_engine the_card = {
	.engine = {
		.option = "card",
		.name = "the card's machine code",
		.whole = true,
		.open = card_open,
		.run = card_run,
		.counters = card_counters,
		.flows = card_flows,
		.preset = card_preset,
		.explain = card_explain,
		.close = card_close,
	},
};

struct engine *const engine_card[] = { &the_card.engine, NULL };

int engine_card_available(char *why, size_t size)
{
	int err;

	if (the_card.card.words)
		return 0;
	err = card_load(&the_card.card, engine_card_image);
	if (err == -ENOENT) {
		snprintf(why, size,
			 "there is no %s.nfp: 'make card' takes it from the "
			 "driver",
			 engine_card_image);
		return err;
	}
	if (err) {
		snprintf(why, size, "%s.nfp or .json: %s", engine_card_image,
			 strerror(-err));
		return err;
	}
	if (is_of_object())
		return 0;
	card_free(&the_card.card);
	snprintf(why, size,
		 "%s.nfp is not of this %s: 'make card' takes a new one",
		 engine_card_image, engine_object);
	return -ESTALE;
}

const struct engine_card_totals *engine_card_totals(void)
{
	return &the_card.totals;
}

const struct nfp_emu_cost *engine_card_cost(void)
{
	return &the_card.card.fw.thread.cost;
}

void engine_card_print(const struct engine_card_totals *t)
{
	if (!t->packets)
		return;
	printf("# on the card: %llu packets, %.1f instructions each; %llu read "
	       "beyond their end; %llu hung on a guess\n",
	       (unsigned long long)t->packets,
	       (double)t->instructions / (double)t->packets,
	       (unsigned long long)t->overreads,
	       (unsigned long long)t->guessed);
	for (int i = 0; i < NFP_EMU_GUESS_COUNT; i++)
		if (t->guesses[i])
			printf("# guess, %llu packets: %s\n",
			       (unsigned long long)t->guesses[i],
			       nfp_emu_guess_text(i));
}
