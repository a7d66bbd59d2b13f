/* SPDX-License-Identifier: GPL-2.0-only */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/tests/engine/card.h"
#include "facts.h"
#include "packet.h"

#define DIRECTORY "build/lab/card"
#define A_AT	  16
#define B_AT	  24
#define LENGTH	  256
#define ROOM	  256 /* for what a program puts in front */
#define SUMS	  8   /* words; the atomic engine has the first six */
#define ATOMICS	  6

struct program {
	const char *name;
	bool host; /* hosts take it */
	struct card card;
	struct bpf_object *object;
};

/* What is right. */
struct outcome {
	int action;
	uint32_t length;
	uint8_t frame[FACT_LENGTH_MAX + ROOM];
	uint32_t sums[SUMS];
};

static struct program programs[] = {
	{ .name = "compare", .host = true },
	{ .name = "shift", .host = true },
	{ .name = "multiply", .host = true },
	{ .name = "divide", .host = true },
	{ .name = "alu", .host = true },
	{ .name = "stack", .host = true },
	{ .name = "copy", .host = true },
	{ .name = "offset", .host = true },
	{ .name = "verdict", .host = true },
	{ .name = "head", .host = true },
	{ .name = "tail", .host = true },
	{ .name = "call", .host = true },
	{ .name = "map", .host = true },
	{ .name = "random", .host = true },
	{ .name = "queue" },
	{ .name = "event" },
};

#define PROGRAMS (sizeof(programs) / sizeof(programs[0]))

static struct outcome *outcomes; /* of facts[] */

/* What maps hold before a packet. */
static const uint8_t odd[2][14] = {
	{ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 },
	{ 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34 }
};
static const uint64_t table_value = 0x0102030405060708;
static const uint64_t text = 0x0101010101020304;
static const uint32_t last_words[2] = { 0x11223344, 0x55667788 };

static size_t length_of(const struct fact *f)
{
	return f->length ? f->length : LENGTH;
}

static void build(const struct fact *f, uint8_t *frame)
{
	for (size_t i = 0; i < length_of(f); i++)
		frame[i] = (uint8_t)(i * 7 + 3);
	packet_put16(frame + 12, 0x1222);
	memcpy(frame + A_AT, &f->a, sizeof(f->a));
	memcpy(frame + B_AT, &f->b, sizeof(f->b));
}

static struct program *program_of(const struct fact *f)
{
	for (size_t i = 0; i < PROGRAMS; i++)
		if (!strcmp(programs[i].name, f->program))
			return &programs[i];
	return NULL;
}

/* A map of the program, or one that it has not. */
static int host_put(struct program *p, const char *name, const void *key,
		    const void *value)
{
	int fd = bpf_object__find_map_fd_by_name(p->object, name);

	return fd < 0 ? 0 : bpf_map_update_elem(fd, key, value, BPF_ANY);
}

static int card_put(struct program *p, const char *name, const void *key,
		    const void *value)
{
	struct card_map *map = card_find_map(&p->card, name);

	return map ? card_update(map, key, value) : 0;
}

static int fill(struct program *p, const struct fact *f,
		int (*put)(struct program *p, const char *name, const void *key,
			   const void *value))
{
	const uint32_t keys[] = { 0, 1 };
	uint32_t sums[SUMS] = { 0 };
	uint64_t key = f->a;
	int err;

	memcpy(sums + ATOMICS, last_words, sizeof(last_words));
	err = put(p, "array", &keys[0], odd[0]);
	err = err ?: put(p, "array", &keys[1], odd[1]);
	err = err ?: put(p, "table", &key, &table_value);
	err = err ?: put(p, "texts", &keys[0], &text);
	return err ?: put(p, "sums", &keys[0], sums);
}

static int run_host(struct program *p, const struct fact *f, struct outcome *o)
{
	struct bpf_program *program =
		bpf_object__find_program_by_name(p->object, "fact");
	int sums = bpf_object__find_map_fd_by_name(p->object, "sums");
	uint8_t frame[FACT_LENGTH_MAX];
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = frame,
		.data_size_in = (uint32_t)length_of(f),
		.data_out = o->frame,
		.data_size_out = sizeof(o->frame),
		.repeat = 1,
	};
	uint32_t key = 0;
	int err = fill(p, f, host_put);

	build(f, frame);
	err = err ?: bpf_prog_test_run_opts(bpf_program__fd(program), &opts);
	o->action = (int)opts.retval;
	o->length = opts.data_size_out;
	if (!err && sums >= 0)
		err = bpf_map_lookup_elem(sums, &key, o->sums);
	return err;
}

/* Of a program that hosts do not take: it passes the frame as it is. */
static int predict(const struct fact *f, struct outcome *o)
{
	o->action = XDP_PASS;
	o->length = (uint32_t)length_of(f);
	build(f, o->frame);
	return 0;
}

static int resize_maps(struct card *c)
{
	static const struct {
		const char *name;
		uint32_t entries;
	} sizes[] = {
		{ "array", 2 }, { "table", 4 }, { "sums", 1 }, { "texts", 1 }
	};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct card_map *map = card_find_map(c, sizes[i].name);

		if (map)
			err = card_resize_map(map, sizes[i].entries);
	}
	return err;
}

static bool same_action(enum nfp_fw_verdict verdict, int action)
{
	static const enum nfp_fw_verdict of[] = {
		[XDP_ABORTED] = NFP_FW_ABORTED,
		[XDP_DROP] = NFP_FW_DROP,
		[XDP_PASS] = NFP_FW_PASS,
		[XDP_TX] = NFP_FW_TX,
	};

	return verdict == of[action];
}

static bool same_sums(const struct card_map *map, const uint32_t *sums)
{
	const uint8_t *p = map->fw.values;

	for (int i = 0; i < SUMS; i++, p += 4) {
		uint32_t word;

		memcpy(&word, p, sizeof(word));
		if (i < ATOMICS)
			word = __builtin_bswap32(word);
		if (word != sums[i])
			return false;
	}
	return true;
}

/* Data, then packet; what the events of program "event" must be. */
static bool is_event(const struct card_event *event, const uint8_t *data,
		     size_t data_size, const uint8_t *frame, size_t bytes)
{
	return event->size == data_size + bytes &&
	       !memcmp(event->bytes, data, data_size) &&
	       !memcmp(event->bytes + data_size, frame, bytes);
}

static bool same_events(const struct fact *f, const struct card *c)
{
	static const uint64_t words[] = { 0, 0x12345678, 1, 7 };
	static const struct {
		size_t skip, size, bytes;
	} wanted[] = {
		{ 0, 0, 32 }, { 0, 32, 0 },	{ 0, 32, 32 }, { 8, 1, 1 },
		{ 0, 2, 0 },  { 0, 0, LENGTH }, { 0, 32, 32 }, { 8, 24, 50 },
	};
	const uint8_t *stack = (const uint8_t *)words;
	uint8_t frame[FACT_LENGTH_MAX];
	size_t n = f->a == 6 ? 2 : f->a < 6;

	build(f, frame);
	if (c->n_events != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t at = f->a + i;
		const uint8_t *data = f->a == 4 ? (const uint8_t *)&text + 1
						: stack + wanted[at].skip;

		if (!is_event(&c->events[i], data, wanted[at].size, frame,
			      wanted[at].bytes))
			return false;
	}
	return true;
}

static const char *compare(const struct fact *f, struct program *p,
			   const struct outcome *o)
{
	const struct nfp_fw *fw = &p->card.fw;
	const struct card_map *sums = card_find_map(&p->card, "sums");

	if (!same_action(fw->verdict, o->action))
		return "another verdict";
	if (fw->length != o->length)
		return "another length";
	if (memcmp(fw->frame, o->frame, o->length))
		return "another frame";
	if (sums && !same_sums(sums, o->sums))
		return "other sums";
	if (fw->queue != f->queue)
		return "another queue";
	if (!strcmp(p->name, "event") && !same_events(f, &p->card))
		return "other events";
	return NULL;
}

bool fact_holds(const struct fact *f, const char **why)
{
	struct program *p = program_of(f);
	uint8_t frame[FACT_LENGTH_MAX];

	*why = "cannot be prepared";
	card_reset(&p->card);
	if (resize_maps(&p->card) || fill(p, f, card_put))
		return false;
	build(f, frame);
	*why = NULL;
	/* Twice: packets lie at different places. */
	for (int i = 0; !*why && i < 2; i++) {
		if (i && (p->card.n_events = 0, fill(p, f, card_put)))
			*why = "cannot be prepared";
		else if (!nfp_fw_run(&p->card.fw, frame,
				     (uint32_t)length_of(f)))
			*why = nfp_emu_end_text(p->card.fw.thread.end);
		else
			*why = compare(f, p, &outcomes[f - facts]);
	}
	return !*why;
}

uint32_t fact_guesses(const struct fact *f)
{
	return program_of(f)->card.fw.thread.guesses;
}

static int open_program(struct program *p)
{
	char prefix[128], path[160];
	int err;

	snprintf(prefix, sizeof(prefix), DIRECTORY "/fact_%s", p->name);
	err = card_load(&p->card, prefix);
	if (err)
		printf("# %s: the card's image: %s\n", prefix, strerror(-err));
	if (err || !p->host)
		return err;
	snprintf(path, sizeof(path), "%s.bpf.o", prefix);
	p->object = bpf_object__open_file(path, NULL);
	err = p->object ? bpf_object__load(p->object) : -errno;
	if (err)
		printf("# %s: on the host: %s\n", path, strerror(-err));
	return err;
}

int facts_open(void)
{
	int err = 0;

	libbpf_set_print(NULL);
	outcomes = calloc(facts_count, sizeof(*outcomes));
	if (!outcomes)
		return -ENOMEM;
	for (size_t i = 0; !err && i < PROGRAMS; i++)
		err = open_program(&programs[i]);
	for (size_t i = 0; !err && i < facts_count; i++) {
		struct program *p = program_of(&facts[i]);

		err = p->host ? run_host(p, &facts[i], &outcomes[i])
			      : predict(&facts[i], &outcomes[i]);
		if (err)
			printf("# %s, fact %zu, on the host: %s\n", p->name, i,
			       strerror(-err));
	}
	if (err)
		facts_close();
	return err;
}

void facts_close(void)
{
	for (size_t i = 0; i < PROGRAMS; i++) {
		bpf_object__close(programs[i].object);
		programs[i].object = NULL;
		card_free(&programs[i].card);
	}
	free(outcomes);
	outcomes = NULL;
}
