/* SPDX-License-Identifier: GPL-2.0-only */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tables/tests/look.h"
#include "tables/tests/maps.h"
#include "tables/view.h"

struct maps *maps_new(void)
{
	struct maps *maps = calloc(1, sizeof(*maps));

	assert_non_null(maps);
	return maps;
}

static struct maps_hash *hash_of(struct maps *maps, enum plan_map map)
{
	switch (map) {
	case PLAN_SERVICES:
		return &maps->services;
	case PLAN_REPLIES:
		return &maps->replies;
	case PLAN_PREFIXES:
		return &maps->prefixes;
	default:
		assert_int_equal(map, PLAN_QUIC_IDS);
		return &maps->quic_ids;
	}
}

/* What is deleted must be there: nothing is done twice. */
static void apply_to_hash(struct maps_hash *hash, const struct tables_op *op,
			  const struct tables_view *view)
{
	size_t i = 0;

	while (i < hash->n &&
	       memcmp(hash->rows[i].key, op->key, view->key_size) != 0)
		i++;
	if (!op->value) {
		assert_true(i < hash->n);
		hash->rows[i] = hash->rows[--hash->n];
		return;
	}
	assert_true(i < MAPS_ROWS);
	hash->n += i == hash->n;
	memcpy(hash->rows[i].key, op->key, view->key_size);
	memcpy(hash->rows[i].value, op->value, view->size - view->key_size);
}

/* The ARRAY, and how many entries it has. */
static void *array_of(struct maps *maps, enum plan_map map, size_t *n)
{
#define ARRAY(id, field)                                                       \
	case PLAN_##id:                                                        \
		*n = sizeof(maps->field) / sizeof(*maps->field);               \
		return maps->field
	switch (map) {
		ARRAY(VIPS, vips);
		ARRAY(HOSTS, hosts);
		ARRAY(BACKENDS, backends);
		ARRAY(RING, ring);
		ARRAY(TUNNELS, tunnels);
		ARRAY(FILTERS, filters);
		ARRAY(QUIC_CONFIGS, quic_configs);
	default:
		*n = 0;
		return NULL;
	}
#undef ARRAY
}

/*
 * A packet may see any mixture of the two: only while the bucket asks, and so
 * nobody looks at the rest, may more change than what cannot be mixed up.
 */
static void assert_untorn(uint32_t old_ask, uint32_t new_ask, const void *old,
			  const void *new, size_t size)
{
	if (old_ask && new_ask)
		return;
	if (!old_ask && !new_ask)
		size = sizeof(((struct lb_vip *)0)->address);
	assert_memory_equal(old, new, size);
}

static void assert_bucket_untorn(const struct maps *maps,
				 const struct tables_op *op)
{
	uint32_t index = *(const uint32_t *)op->key;

	if (op->map == PLAN_VIPS) {
		struct lb_vip old = maps->vips[index], new;
		uint32_t old_ask = lb_ask(old.service.shape), new_ask;

		memcpy(&new, op->value, sizeof(new));
		new_ask = lb_ask(new.service.shape);
		old.service.shape ^= (old_ask ^ new_ask) << LB_SHAPE_ASK_SHIFT;
		assert_untorn(old_ask, new_ask, &old, &new, sizeof(new));
	} else if (op->map == PLAN_HOSTS) {
		struct lb_host old = maps->hosts[index], new;
		uint32_t old_ask = old.ask & LB_ASK_ANY, new_ask;

		memcpy(&new, op->value, sizeof(new));
		new_ask = new.ask &LB_ASK_ANY;
		old.ask = new.ask;
		assert_untorn(old_ask, new_ask, &old, &new, sizeof(new));
	}
}

static void apply_to_array(struct maps *maps, const struct tables_op *op,
			   size_t size)
{
	uint32_t index = *(const uint32_t *)op->key;
	size_t n;
	char *array = array_of(maps, op->map, &n);

	assert_non_null(array);
	assert_non_null(op->value);
	assert_true(index < n);
	if (maps->before)
		assert_bucket_untorn(maps, op);
	memcpy(array + index * size, op->value, size);
}

/* Always the same keys, as those of a card's full buckets would be. */
static bool has_room(struct maps *maps, const struct tables_op *op,
		     size_t key_size)
{
	const struct maps_hash *hash = hash_of(maps, op->map);
	uint32_t n = 0;

	for (size_t i = 0; i < hash->n; i++)
		if (!memcmp(hash->rows[i].key, op->key, key_size))
			return true;
	for (size_t i = 0; i < key_size; i++)
		n = n * 31 + ((const uint8_t *)op->key)[i];
	return (n * 2654435761U >> 16) % maps->refuse;
}

static int apply(void *arg, const struct tables_op *op)
{
	static const struct tables none;
	const struct tables_view view = tables_view(&none, op->map);
	struct maps *maps = arg;

	if (++maps->n_ops == maps->fail_at)
		return -EBUSY;
	if (maps->refuse && view.key_size && op->value &&
	    !has_room(maps, op, view.key_size))
		return -E2BIG;
	maps->ops[op->map]++;
	if (view.key_size)
		apply_to_hash(hash_of(maps, op->map), op, &view);
	else
		apply_to_array(maps, op,
			       op->map == PLAN_RING ? sizeof(*maps->ring)
						    : view.size);
	if (maps->before)
		look_assert_sound(maps);
	return 0;
}

/* What the maps are to become, filled from nothing. */
static struct maps *maps_of(struct tables *tables)
{
	struct maps *maps = maps_new();
	const size_t written = tables->written;

	tables->written = 0;
	assert_int_equal(tables_diff(NULL, tables, apply, maps), 0);
	tables->written = written;
	return maps;
}

int maps_try(struct maps *maps, const struct tables *from, struct tables *to)
{
	struct maps *before = maps_new(), *after = maps_of(to);
	int err;

	memcpy(before, maps, sizeof(*before));
	/* Nobody looks into maps that are being filled for the first time. */
	maps->before = from ? before : NULL;
	maps->after = after;
	err = tables_diff(from, to, apply, maps);
	maps->before = maps->after = NULL;
	free(before);
	free(after);
	return err;
}

static void assert_hash(struct maps *maps, const struct tables *t,
			enum plan_map map)
{
	const struct maps_hash *hash = hash_of(maps, map);
	const struct tables_view view = tables_view(t, map);
	size_t k;

	assert_int_equal(hash->n, view.n);
	for (size_t i = 0; i < view.n; i++) {
		const uint8_t *row = tables_view_at(&view, i);

		for (k = 0; k < hash->n; k++)
			if (!memcmp(hash->rows[k].key, row, view.key_size))
				break;
		assert_true(k < hash->n);
		assert_memory_equal(hash->rows[k].value, row + view.key_size,
				    view.size - view.key_size);
	}
}

static void assert_array(struct maps *maps, const struct tables *t,
			 enum plan_map map)
{
	const struct tables_view view = tables_view(t, map);
	size_t n;
	const char *array = array_of(maps, map, &n);

	for (size_t i = 0; i < n; i++)
		assert_memory_equal(array + i * view.size,
				    tables_view_at(&view, i), view.size);
}

static void assert_ring(const struct maps *maps, const struct tables *t)
{
	size_t at = 0;

	for (size_t i = 0; i < t->plan->n_services; i++)
		for (uint32_t k = 0; k < t->plan->services[i].ring_size; k++)
			assert_int_equal(maps->ring[at++],
					 t->rings[i]->slots[k]);
	while (at < WORLD_RING)
		assert_int_equal(maps->ring[at++], LB_NO_BACKEND);
}

void maps_assert_hold(const struct maps *maps, const struct tables *tables)
{
	struct maps *m = (struct maps *)maps;

	for (enum plan_map map = 0; map < PLAN_BACKEND_STATS; map++) {
		if (map == PLAN_RING)
			assert_ring(m, tables);
		else if (tables_view(tables, map).key_size)
			assert_hash(m, tables, map);
		else
			assert_array(m, tables, map);
	}
}

void maps_change(struct maps *maps, const struct tables *from,
		 struct tables *to)
{
	memset(maps->ops, 0, sizeof(maps->ops));
	maps->n_ops = 0;
	assert_int_equal(maps_try(maps, from, to), 0);
	assert_int_equal(to->written, 0);
	maps_assert_hold(maps, to);
}
