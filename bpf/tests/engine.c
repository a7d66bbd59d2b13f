/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"

struct engine *engines[ENGINES_MAX + 1];
const char *engine_object = "build/bpf/udplb.bpf.o";

static size_t chosen;

static bool is_named(struct engine *e, const char *name)
{
	return !name || !strcmp(e->option, name);
}

static size_t choose_from(struct engine *const family[], const char *name)
{
	size_t before = chosen;

	for (; *family; family++)
		if (is_named(*family, name) && chosen < ENGINES_MAX)
			engines[chosen++] = *family;
	return chosen - before;
}

static int choose_card(const char *name)
{
	char why[256];

	if (engine_card_available(why, sizeof(why))) {
		printf("# left out: the card: %s\n", why);
		return name ? -ENOENT : 0;
	}
	choose_from(engine_card, name);
	return 0;
}

static int choose(const char *name)
{
	size_t found = choose_from(engine_kernel, name);

	if (name)
		found += choose_from(engine_wire, name);
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
