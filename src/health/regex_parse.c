/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * By recursive descent, as POSIX.1-2017 (XBD 9.5.3) has the grammar.  What it
 * leaves open is as in glibc, whose regcomp() users have known here: a ")" that
 * closes nothing is one, a repetition of nothing is a mistake, "." is not the
 * zero byte, and \w \W \s \S \b \B \< \> \` \' are known.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "health/regex_private.h"

#define REPEAT_MAX 0x7fff /* RE_DUP_MAX of glibc */

struct parser {
	struct regex_tree *tree;
	const unsigned char *at;
	unsigned int depth; /* of parentheses */
	const char *why;
};

static const struct regex_node *parse_alternatives(struct parser *p);

static const struct regex_node *fail(struct parser *p, const char *why)
{
	if (!p->why)
		p->why = why;
	return NULL;
}

static struct regex_node *add(struct parser *p, enum regex_kind kind)
{
	struct regex_node *node = &p->tree->nodes[p->tree->n_nodes++];

	node->kind = kind;
	return node;
}

static struct regex_set *add_set(struct parser *p, struct regex_node **node)
{
	*node = add(p, REGEX_SET);
	(*node)->value = (uint16_t)p->tree->n_sets;
	return &p->tree->sets[p->tree->n_sets++];
}

static void set_byte(struct regex_set *set, unsigned char byte)
{
	set->bits[byte / 64] |= 1ULL << (byte % 64);
}

static void invert(struct regex_set *set)
{
	for (size_t i = 0; i < 4; i++)
		set->bits[i] = ~set->bits[i];
}

static const struct regex_node *one_byte(struct parser *p, unsigned char byte)
{
	struct regex_node *node;

	set_byte(add_set(p, &node), byte);
	return node;
}

static int is_word(int c)
{
	return isalnum(c) || c == '_';
}

static int is_blank(int c)
{
	return c == ' ' || c == '\t';
}

static void set_class(struct regex_set *set, int (*is)(int))
{
	for (int c = 0; c < 128; c++)
		if (is(c))
			set_byte(set, (unsigned char)c);
}

/* "[:alpha:]" behind its "[:". */
static bool parse_class(struct parser *p, struct regex_set *set)
{
	static const struct {
		const char *name;
		int (*is)(int);
	} classes[] = {
		{ "alnum:]", isalnum },	 { "alpha:]", isalpha },
		{ "blank:]", is_blank }, { "cntrl:]", iscntrl },
		{ "digit:]", isdigit },	 { "graph:]", isgraph },
		{ "lower:]", islower },	 { "print:]", isprint },
		{ "punct:]", ispunct },	 { "space:]", isspace },
		{ "upper:]", isupper },	 { "xdigit:]", isxdigit },
	};

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		const size_t n = strlen(classes[i].name);

		if (strncmp((const char *)p->at, classes[i].name, n) != 0)
			continue;
		p->at += n;
		set_class(set, classes[i].is);
		return true;
	}
	fail(p, "unknown character class, as [:alpha:] is one");
	return false;
}

/* An end of a range: "a", "[.a.]", "[=a=]".  False: it is none. */
static bool parse_end(struct parser *p, unsigned char *out)
{
	const unsigned char kind = p->at[1];

	if (*p->at != '[' || (kind != '.' && kind != '=')) {
		*out = *p->at;
		p->at += *p->at ? 1 : 0;
		return *out;
	}
	if (!p->at[2] || p->at[3] != kind || p->at[4] != ']') {
		fail(p, "a collating element of several characters");
		return false;
	}
	*out = p->at[2];
	p->at += 5;
	return true;
}

static bool parse_item(struct parser *p, struct regex_set *set)
{
	unsigned char first, last;

	if (p->at[0] == '[' && p->at[1] == ':') {
		p->at += 2;
		return parse_class(p, set);
	}
	if (!parse_end(p, &first))
		return false;
	last = first;
	if (p->at[0] == '-' && p->at[1] && p->at[1] != ']') {
		p->at++;
		if (p->at[0] == '[' && p->at[1] == ':') {
			fail(p, "a range that ends with a class");
			return false;
		}
		if (!parse_end(p, &last))
			return false;
	}
	if (last < first) {
		fail(p, "a range that ends before it begins");
		return false;
	}
	for (unsigned int c = first; c <= last; c++)
		set_byte(set, (unsigned char)c);
	return true;
}

/* Behind its "[". */
static const struct regex_node *parse_bracket(struct parser *p)
{
	struct regex_node *node;
	struct regex_set *set = add_set(p, &node);
	const bool inverse = *p->at == '^';

	p->at += inverse;
	do {
		if (!*p->at || !parse_item(p, set))
			return fail(p, "unmatched [");
	} while (*p->at != ']');
	p->at++;
	if (inverse)
		invert(set);
	return node;
}

static const struct regex_node *assert_that(struct parser *p,
					    enum regex_assert what)
{
	struct regex_node *node = add(p, REGEX_ASSERT);

	node->value = (uint16_t)what;
	return node;
}

static const struct regex_node *class_of(struct parser *p, int (*is)(int),
					 bool inverse)
{
	struct regex_node *node;
	struct regex_set *set = add_set(p, &node);

	set_class(set, is);
	if (inverse)
		invert(set);
	return node;
}

/* Behind its "\". */
static const struct regex_node *parse_escape(struct parser *p)
{
	const unsigned char c = *p->at;

	if (!c)
		return fail(p, "a backslash at its end");
	p->at++;
	switch (c) {
	case 'w':
	case 'W':
		return class_of(p, is_word, c == 'W');
	case 's':
	case 'S':
		return class_of(p, isspace, c == 'S');
	case 'b':
		return assert_that(p, REGEX_WORD_EDGE);
	case 'B':
		return assert_that(p, REGEX_NO_WORD_EDGE);
	case '<':
		return assert_that(p, REGEX_WORD_BEGIN);
	case '>':
		return assert_that(p, REGEX_WORD_END);
	case '`':
		return assert_that(p, REGEX_BEGIN);
	case '\'':
		return assert_that(p, REGEX_END);
	default:
		return isdigit(c) ? fail(p, "it refers back (\\1), which may "
					    "take unbounded time")
				  : one_byte(p, c);
	}
}

static const struct regex_node *parse_group(struct parser *p)
{
	const struct regex_node *node;

	p->depth++;
	node = parse_alternatives(p);
	p->depth--;
	if (node && *p->at != ')')
		return fail(p, "unmatched (");
	p->at++;
	return node;
}

static const struct regex_node *parse_atom(struct parser *p)
{
	struct regex_node *node;
	const unsigned char c = *p->at++;

	switch (c) {
	case '(':
		return parse_group(p);
	case '[':
		return parse_bracket(p);
	case '\\':
		return parse_escape(p);
	case '^':
		return assert_that(p, REGEX_BEGIN);
	case '$':
		return assert_that(p, REGEX_END);
	case '.':
		set_byte(add_set(p, &node), 0);
		invert(&p->tree->sets[node->value]);
		return node;
	case '*':
	case '+':
	case '?':
	case '{':
		return fail(p, "nothing before a repetition");
	default:
		return one_byte(p, c);
	}
}

static bool parse_number(struct parser *p, unsigned int *out)
{
	const unsigned char *begin = p->at;

	for (*out = 0; isdigit(*p->at) && *out <= REPEAT_MAX; p->at++)
		*out = 10 * *out + (*p->at - '0');
	return p->at > begin;
}

/* "{2}", "{2,}", "{2,4}", "{,4}", "{,}", behind the "{". */
static bool parse_bounds(struct parser *p, unsigned int *min, unsigned int *max)
{
	const bool given = parse_number(p, min);

	*max = *min;
	if (*p->at == ',') {
		p->at++;
		if (!parse_number(p, max))
			*max = REGEX_INFINITE;
	} else if (!given) {
		return false;
	}
	return *p->at++ == '}' && *min <= REPEAT_MAX &&
	       (*max == REGEX_INFINITE || *max <= REPEAT_MAX) && *min <= *max;
}

static const struct regex_node *parse_repeats(struct parser *p,
					      const struct regex_node *node)
{
	while (node && *p->at && strchr("*+?{", *p->at)) {
		const unsigned char c = *p->at++;
		unsigned int min = c == '+',
			     max = c == '?' ? 1 : REGEX_INFINITE;
		struct regex_node *repeat;

		if (c == '{' && !parse_bounds(p, &min, &max))
			return fail(p, "wrong numbers between { and }");
		repeat = add(p, REGEX_REPEAT);
		repeat->left = node;
		repeat->min = (uint16_t)min;
		repeat->max = (uint16_t)max;
		node = repeat;
	}
	return node;
}

static const struct regex_node *join(struct parser *p, enum regex_kind kind,
				     const struct regex_node *left,
				     const struct regex_node *right)
{
	struct regex_node *node;

	if (!left || !right)
		return NULL;
	node = add(p, kind);
	node->left = left;
	node->right = right;
	return node;
}

static const struct regex_node *parse_branch(struct parser *p)
{
	const struct regex_node *branch = add(p, REGEX_EMPTY);

	while (branch && *p->at && *p->at != '|' &&
	       !(*p->at == ')' && p->depth)) {
		const struct regex_node *atom = parse_atom(p);

		/* glibc: an anchor cannot be repeated. */
		if (atom && atom->kind != REGEX_ASSERT)
			atom = parse_repeats(p, atom);
		branch = join(p, REGEX_CAT, branch, atom);
	}
	return branch;
}

static const struct regex_node *parse_alternatives(struct parser *p)
{
	const struct regex_node *node = parse_branch(p);

	while (node && *p->at == '|') {
		p->at++;
		node = join(p, REGEX_ALT, node, parse_branch(p));
	}
	return node;
}

int regex_parse(struct regex_tree *tree, const char *pattern, const char **why)
{
	struct parser p = { .tree = tree, .at = (const void *)pattern };
	/* A byte makes an atom or a repetition, what joins it, and a branch. */
	const size_t n = 4 * strlen(pattern) + 4;

	*tree = (struct regex_tree){
		.nodes = calloc(n, sizeof(*tree->nodes)),
		.sets = calloc(n, sizeof(*tree->sets)),
	};
	if (!tree->nodes || !tree->sets)
		return -ENOMEM;
	tree->root = parse_alternatives(&p);
	*why = p.why;
	return tree->root ? 0 : -EINVAL;
}

void regex_tree_free(struct regex_tree *tree)
{
	free(tree->nodes);
	free(tree->sets);
}
