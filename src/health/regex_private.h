/* SPDX-License-Identifier: GPL-2.0-only */
/* What regex_parse.c makes of a pattern, and regex.c makes a program of. */
#ifndef HEALTH_REGEX_PRIVATE_H
#define HEALTH_REGEX_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REGEX_INFINITE UINT16_MAX

enum regex_assert {
	REGEX_BEGIN,
	REGEX_END,
	REGEX_WORD_BEGIN,
	REGEX_WORD_END,
	REGEX_WORD_EDGE,
	REGEX_NO_WORD_EDGE,
};

enum regex_kind {
	REGEX_EMPTY,
	REGEX_SET,    /* a byte of sets[value] */
	REGEX_ASSERT, /* value: enum regex_assert */
	REGEX_CAT,    /* left, then right */
	REGEX_ALT,    /* left or right */
	REGEX_REPEAT, /* left, so often */
};

struct regex_set {
	uint64_t bits[4];
};

static inline bool regex_has(const struct regex_set *set, unsigned char byte)
{
	return set->bits[byte / 64] >> (byte % 64) & 1;
}

struct regex_node {
	enum regex_kind kind;
	uint16_t value, min, max;
	const struct regex_node *left, *right;
};

struct regex_tree {
	const struct regex_node *root;
	struct regex_node *nodes;
	struct regex_set *sets;
	size_t n_nodes, n_sets;
};

/* 0, -ENOMEM, or -EINVAL with what is wrong.  regex_tree_free() in any case. */
int regex_parse(struct regex_tree *tree, const char *pattern, const char **why);
void regex_tree_free(struct regex_tree *tree);

#endif
