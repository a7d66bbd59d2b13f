/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "card_engine.h"

struct engine *engines[ENGINES_MAX + 1];
const char *engine_object = "build/bpf/udplb.bpf.o";

static size_t chosen;

bool engine_can_open(const struct engine *e, const struct fixture *f)
{
	if (e->whole)
		return f->without == e->lacks;
	return !(e->lacks & ~f->without);
}

uint32_t engine_lacks(const char *path)
{
	static const struct {
		const char *name;
		uint32_t features;
	} variants[] = {
#define VARIANT(name, features) { "udplb_" #name, LB_VARIANT_##name },
		LB_VARIANTS(VARIANT)
#undef VARIANT
	};
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t length = strcspn(name, ".");

	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		if (strlen(variants[i].name) == length &&
		    !strncmp(variants[i].name, name, length))
			return LB_FEATURES_ALL & ~variants[i].features;
	return 0;
}

static bool is_named(struct engine *e, const char *name)
{
	return !name || !strcmp(e->option, name);
}

static size_t choose_from(struct engine *const family[], const char *name,
			  const char *program)
{
	size_t before = chosen;

	for (; *family; family++) {
		(*family)->lacks = engine_lacks(program);
		if (is_named(*family, name) && chosen < ENGINES_MAX)
			engines[chosen++] = *family;
	}
	return chosen - before;
}

static int choose_card(const char *name)
{
	char why[256];

	if (engine_card_available(why, sizeof(why))) {
		printf("# left out: the card: %s\n", why);
		return name ? -ENOENT : 0;
	}
	choose_from(engine_card, name, engine_card_image);
	return 0;
}

static int choose(const char *name)
{
	size_t found = choose_from(engine_kernel, name, engine_object);

	if (name)
		found += choose_from(engine_wire, name, engine_object);
	if (is_named(engine_card[0], name))
		return choose_card(name);
	return found ? 0 : -ENOENT;
}

int engine_choose(char *options)
{
	char *rest = NULL;
	int err = 0;

	chosen = 0;
	memset(engines, 0, sizeof(engines));
	if (!options)
		return choose(NULL);
	for (char *name = strtok_r(options, ",", &rest); name && !err;
	     name = strtok_r(NULL, ",", &rest))
		err = choose(name);
	return err;
}
