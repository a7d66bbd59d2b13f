/* SPDX-License-Identifier: GPL-2.0-only */
#include "yaml/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void config_tree_free(struct config_tree *tree)
{
	for (uint32_t i = 1; i < tree->n; i++)
		free(tree->nodes[i].text);
	free(tree->nodes);
	*tree = (struct config_tree){ .nodes = NULL };
}

/* Place for another one; the first is nobody's. */
static int make_room(struct config_tree *tree)
{
	uint32_t room = tree->room ? tree->room * 2 : 256;
	struct config_node *nodes;

	if (tree->n < tree->room)
		return 0;
	nodes = realloc(tree->nodes, room * sizeof(*nodes));
	if (!nodes)
		return -ENOMEM;
	tree->nodes = nodes;
	tree->room = room;
	tree->n += !tree->n;
	return 0;
}

int config_tree_put(struct config_tree *tree, const struct config_node *node)
{
	uint32_t index, *link;

	if (make_room(tree)) {
		free(node->text);
		return -ENOMEM;
	}
	index = tree->n++;
	tree->nodes[index] = *node;
	if (tree->depth) {
		uint32_t *last = &tree->open[tree->depth - 1].last;

		link = *last ? &tree->nodes[*last].next
			     : &tree->nodes[tree->open[tree->depth - 1].node]
					.first;
		*link = *last = index;
	}
	if (node->kind != CONFIG_SINGLE) {
		tree->open[tree->depth].node = index;
		tree->open[tree->depth++].last = 0;
	}
	return 0;
}

void config_tree_close(struct config_tree *tree)
{
	tree->depth--;
}

static const struct config_node *at(const struct config_tree *tree,
				    uint32_t index)
{
	return index ? &tree->nodes[index] : NULL;
}

const struct config_node *config_tree_root(const struct config_tree *tree)
{
	return at(tree, tree->n > 1);
}

const struct config_node *config_tree_first(const struct config_tree *tree,
					    const struct config_node *node)
{
	return at(tree, node->first);
}

const struct config_node *config_tree_next(const struct config_tree *tree,
					   const struct config_node *node)
{
	return at(tree, node->next);
}

bool config_tree_is(const struct config_node *key, const char *name,
		    size_t length)
{
	return key->kind == CONFIG_SINGLE && key->length == length &&
	       memcmp(key->text, name, length) == 0;
}

const struct config_node *config_tree_find(const struct config_tree *tree,
					   const struct config_node *group,
					   const char *name, size_t length)
{
	const struct config_node *key = config_tree_first(tree, group);

	if (group->kind != CONFIG_GROUP)
		return NULL;
	while (key && !config_tree_is(key, name, length))
		key = at(tree, at(tree, key->next)->next);
	return key;
}

static const struct config_node *find_item(const struct config_tree *tree,
					   const struct config_node *list,
					   size_t index)
{
	const struct config_node *item = config_tree_first(tree, list);

	if (list->kind != CONFIG_LIST)
		return NULL;
	for (; item && index; index--)
		item = config_tree_next(tree, item);
	return item;
}

size_t config_tree_line(const struct config_tree *tree, const char *path)
{
	const struct config_node *node = config_tree_root(tree);
	size_t line = node->line, length;
	char *end;

	while (node && *path) {
		if (*path == '[') {
			node = find_item(tree, node,
					 strtoul(path + 1, &end, 10));
			path = end + (*end == ']');
			line = node ? node->line : line;
			continue;
		}
		path += *path == '.';
		length = strcspn(path, ".[");
		node = config_tree_find(tree, node, path, length);
		path += length;
		line = node ? node->line : line;
		node = node ? config_tree_next(tree, node) : NULL;
	}
	return line;
}
