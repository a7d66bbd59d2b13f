/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was given, whole and unjudged: a tree of groups, lists and single values
 * that knows its lines.  It grows in the order of the text.
 */
#ifndef CONFIG_TREE_H
#define CONFIG_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_TREE_DEPTH_MAX 16

enum config_kind {
	CONFIG_SINGLE, /* value */
	CONFIG_LIST,
	CONFIG_GROUP, /* its children are keys and values, in turn */
};

struct config_node {
	enum config_kind kind;
	bool plain;	      /* a single value without quotes */
	uint32_t line;	      /* from 1; 0: of no file */
	uint32_t first, next; /* child and sibling, 0: none */
	uint32_t length;
	char *text; /* of a single value, with a NUL behind it; else NULL */
};

struct config_tree {
	struct config_node *nodes; /* the root is 1 */
	uint32_t n, room;
	struct {
		uint32_t node, last;
	} open[CONFIG_TREE_DEPTH_MAX + 1]; /* while it grows */
	unsigned int depth;
};

/* All zero is an empty tree. */
void config_tree_free(struct config_tree *tree);

/*
 * Puts node (but first and next) at the end of what is open, and takes its
 * text. A list or group is open then, until config_tree_close(); no more than
 * CONFIG_TREE_DEPTH_MAX at a time.  0; or -ENOMEM, and the text is freed.
 */
int config_tree_put(struct config_tree *tree, const struct config_node *node);
void config_tree_close(struct config_tree *tree);

/* NULL: there is none. */
const struct config_node *config_tree_root(const struct config_tree *tree);
const struct config_node *config_tree_first(const struct config_tree *tree,
					    const struct config_node *node);
const struct config_node *config_tree_next(const struct config_tree *tree,
					   const struct config_node *node);

/* A key may hold a NUL, so its length counts. */
bool config_tree_is(const struct config_node *key, const char *name,
		    size_t length);

/* The key of that name in a group, or NULL; its value is next to it. */
const struct config_node *config_tree_find(const struct config_tree *tree,
					   const struct config_node *group,
					   const char *name, size_t length);

/*
 * The line where the value of a path like "services[2].backends[0].port"
 * begins, with its key if it has one; else that of the innermost value above.
 */
size_t config_tree_line(const struct config_tree *tree, const char *path);

#endif
