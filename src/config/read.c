/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One walk over the tree, along the tables, fills the model.  A user wants to
 * see all mistakes of a file at once: what has not the right form is told and
 * left out, and all that follows sees what is left.
 *
 * Items of a list are never left out: one that does not fit becomes an empty
 * one, so that paths have the same index everywhere.  A single value where a
 * list is expected is a list of one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/breathe.h"
#include "config/key.h"

/* Given in one group; searching for duplicates is quadratic. */
#define GIVEN_MAX 100
/* More than any table has. */
#define TABLE_MAX 32

/* What was given for a key of a table. */
struct slot {
	const struct config_node *key, *value; /* NULL: nothing */
	const struct config_node *again;       /* the same key once more */
	bool excused; /* given, but under a mistyped name */
};

static const char *kind_name(enum config_kind kind)
{
	switch (kind) {
	case CONFIG_GROUP:
		return "a group of \"key: value\"";
	case CONFIG_LIST:
		return "a list";
	default:
		return "a single value";
	}
}

static enum config_kind kind_of(const struct config_type *type)
{
	if (type->is_group)
		return CONFIG_GROUP;
	return type->read ? CONFIG_SINGLE : CONFIG_LIST;
}

/* As YAML writes it: nothing at all, or one of its words for that. */
static bool is_null(const struct config_node *node)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	for (size_t i = 0; node->plain && i < sizeof(words) / sizeof(*words);
	     i++)
		if (!strcmp(node->text, words[i]))
			return true;
	return false;
}

static bool is_of_kind(const struct config_node *node, enum config_kind kind)
{
	return node->kind == kind ||
	       (kind == CONFIG_LIST && node->kind == CONFIG_SINGLE);
}

/* name: of the key or item that the node is the value of. */
static bool fits(const struct config_place *place, const char *name,
		 const struct config_node *node, enum config_kind kind)
{
	static const char *const hints[] = {
		[CONFIG_SINGLE] =
			"; write a text that begins with [ or { in quotes",
		[CONFIG_LIST] = "; begin each item with \"- \"",
		[CONFIG_GROUP] = "",
	};

	if (is_null(node))
		config_fail(place, name, "has no value; expected %s",
			    kind_name(kind));
	else if (!is_of_kind(node, kind))
		config_fail(place, name, "expected %s, got %s%s",
			    kind_name(kind), kind_name(node->kind),
			    hints[kind]);
	else if (kind == CONFIG_SINGLE &&
		 memchr(node->text, '\0', node->length))
		config_fail(place, name, "contains a NUL character (\\0)");
	else
		return true;
	return false;
}

static bool is_empty(const struct config_place *place, const char *name,
		     const struct config_node *node)
{
	if (node->kind != CONFIG_SINGLE || node->length)
		return false;
	config_fail(place, name, "is empty; give it a value or remove it");
	return true;
}

static const struct config_key *find_key(const struct config_group *group,
					 const struct config_node *node)
{
	for (const struct config_key *key = group->keys; key->name; key++)
		if (config_tree_is(node, key->name, strlen(key->name)))
			return key;
	return NULL;
}

static void take_pair(const struct config_place *place,
		      const struct config_group *group,
		      const struct config_node *node,
		      const struct config_node *value, struct slot *slots)
{
	const struct config_key *key = find_key(group, node);
	struct slot *slot = key ? &slots[key - group->keys] : NULL;
	struct config_place at;

	if (slot && slot->key) {
		slot->again = slot->again ? slot->again : node;
	} else if (slot) {
		slot->key = node;
		slot->value = value;
	} else if (node->kind == CONFIG_SINGLE) {
		key = config_key_guess(place, group, node);
		if (key)
			slots[key - group->keys].excused = true;
	} else {
		at = config_place_key(place, "?", node);
		config_errors_add(at.errors, node->line, at.path,
				  "a key must be a single word, got %s",
				  kind_name(node->kind));
	}
}

static void tell_twice(const struct config_place *place,
		       const struct config_key *key, const struct slot *slot)
{
	struct config_place at = config_place_key(place, key->name, NULL);

	config_errors_add(at.errors, slot->again->line, at.path,
			  "given twice, first in line %u; remove one",
			  slot->key->line);
}

static void take_pairs(const struct config_place *place,
		       const struct config_group *group, struct slot *slots)
{
	const struct config_node *key, *value;
	unsigned int n = 0;

	for (key = config_tree_first(place->tree, place->node); key;
	     key = config_tree_next(place->tree, value)) {
		value = config_tree_next(place->tree, key);
		if (n++ == GIVEN_MAX) {
			config_errors_add(place->errors, key->line, place->path,
					  "more than %d keys in one group",
					  GIVEN_MAX);
			return;
		}
		take_pair(place, group, key, value, slots);
	}
}

/* A list's, or what stands in the place of a list. */
static const struct config_node *first_item(const struct config_place *list)
{
	return list->node->kind == CONFIG_LIST
		       ? config_tree_first(list->tree, list->node)
		       : list->node;
}

static size_t count_items(const struct config_place *list)
{
	size_t n = 0;

	for (const struct config_node *node = first_item(list); node;
	     node = config_tree_next(list->tree, node)) {
		n++;
		if (node == list->node)
			break;
	}
	return n;
}

/* The item's place; its node is NULL where it has not that form. */
static struct config_place item_place(const struct config_place *list,
				      size_t index,
				      const struct config_node *node,
				      enum config_kind kind)
{
	struct config_place item = config_place_item(list, index, node);

	if (!fits(node == list->node ? list : &item, "", node, kind))
		item.node = NULL;
	return item;
}

static int read_texts(const struct config_place *place,
		      const struct config_key *key,
		      const struct config_node *value, void *to)
{
	struct config_place list = config_place_key(place, key->name, value);
	size_t n = count_items(&list);
	const char **items = calloc(n + 1, sizeof(*items));
	const struct config_node *node = first_item(&list);
	int ret;

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct config_place item =
			item_place(&list, i, node, CONFIG_SINGLE);

		items[i] = item.node ? node->text : "";
		node = config_tree_next(list.tree, node);
	}
	ret = key->type->read_list(place, key, items, n, to);
	free(items);
	return ret;
}

bool config_count_fits(const struct config_place *place, const char *name,
		       const struct config_group *group, size_t n)
{
	if (!n)
		config_fail(place, name, "expected at least one %s",
			    group->noun);
	else if (n > group->max)
		config_fail(place, name, "expected at most %u %ss, got %zu",
			    group->max, group->noun, n);
	else
		return true;
	return false;
}

/* at and count: where the list's address and length go. */
static int read_groups(const struct config_place *place,
		       const struct config_key *key,
		       const struct config_node *value, void *at, size_t *count)
{
	const struct config_group *group = key->group;
	struct config_place list = config_place_key(place, key->name, value);
	size_t n = value ? count_items(&list) : 0;
	const struct config_node *node = n ? first_item(&list) : NULL;
	char *items;
	int ret = 0;

	if (!config_count_fits(place, key->name, group, n))
		return 0;
	items = calloc(n + 1, group->size);
	if (!items)
		return -ENOMEM;
	memcpy(at, &items, sizeof(items));
	*count = n;
	for (size_t i = 0; !ret && i < n; i++) {
		struct config_place item =
			item_place(&list, i, node, CONFIG_GROUP);

		breathe();
		ret = config_read(&item, group, items + i * group->size);
		node = config_tree_next(list.tree, node);
	}
	return ret;
}

static int read_group(const struct config_place *place,
		      const struct config_key *key,
		      const struct config_node *value, void *to)
{
	struct config_place below = config_place_key(place, key->name, value);

	return config_read(&below, key->group, to);
}

static int read_value(const struct config_place *place,
		      const struct config_key *key,
		      const struct config_node *value, void *group)
{
	void *to = (char *)group + key->offset;

	if (key->type->is_group)
		return read_group(place, key, value, to);
	if (key->type->is_groups)
		return read_groups(place, key, value, to,
				   (size_t *)((char *)group + key->count));
	if (key->absent)
		key->type->read(place, key, key->absent, to);
	if (!value)
		return 0;
	if (!key->type->read)
		return read_texts(place, key, value, to);
	key->type->read(place, key, value->text, to);
	return 0;
}

static int read_slot(const struct config_place *place,
		     const struct config_group *group,
		     const struct config_key *key, const struct slot *slot,
		     void *to)
{
	const struct config_node *value = slot->value;
	bool told = false;
	int ret;

	if (value && key->required && is_null(value)) {
		config_fail(place, key->name, "has no value; expected %s",
			    key->required);
		value = NULL;
		told = true;
	}
	if (value && (!fits(place, key->name, value, kind_of(key->type)) ||
		      (key->type->read && is_empty(place, key->name, value))))
		value = NULL;
	/* Of groups later: what is wrong within is no consequence of it. */
	if (slot->again && value && key->type->read)
		tell_twice(place, key, slot);
	if (key->only && !group->takes(to, key)) {
		if (value)
			group->refuse(place, key, to);
		return 0;
	}
	if (!value && key->required && place->node && !slot->excused && !told)
		config_fail(place, key->name, "is missing; expected %s",
			    key->required);
	if (!value && slot->excused && key->type->is_groups)
		return 0;
	ret = read_value(place, key, value, to);
	if (slot->again)
		tell_twice(place, key, slot);
	return ret;
}

int config_read(const struct config_place *place,
		const struct config_group *group, void *to)
{
	struct slot slots[TABLE_MAX] = { { .key = NULL } };
	int ret = 0;

	if (place->node)
		take_pairs(place, group, slots);
	for (size_t i = 0; !ret && group->keys[i].name; i++)
		ret = read_slot(place, group, &group->keys[i], &slots[i], to);
	return !ret && group->finish ? group->finish(place, to) : ret;
}

int config_read_root(const struct config_place *place,
		     const struct config_group *group, void *to)
{
	struct config_place root = *place;

	root.node = config_tree_root(place->tree);
	if (!fits(place, "", root.node, CONFIG_GROUP))
		return -EINVAL;
	return config_read(&root, group, to);
}
