/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Thompson's way (Communications of the ACM 11, 1968): the pattern becomes a
 * small program, and the text is read once while a set of places in it is kept,
 * all those where some way to match may be.  So a byte takes at most as many
 * steps as the program has, and nothing a backend answers takes longer: with
 * backtracking, (x+x+)+y and many x take for ever.  That the question is only
 * whether it matches makes this simple: ways that meet are one.
 */
#include "health/regex.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "health/regex_private.h"

/* Of repetitions of nothing, which make no program. */
#define EFFORT_MAX (64 * HEALTH_REGEX_SIZE_MAX)

enum op {
	OP_SET,	   /* a byte of sets[x], and on */
	OP_ASSERT, /* if that holds, on */
	OP_SPLIT,  /* on at x, and at y */
	OP_JUMP,   /* on at x */
	OP_MATCH,
};

struct step {
	enum op op;
	uint16_t x, y;
};

/* Places in the program, each once. */
struct places {
	uint16_t at[HEALTH_REGEX_SIZE_MAX];
	size_t n;
};

struct health_regex {
	struct regex_tree tree; /* its sets */
	struct step step[HEALTH_REGEX_SIZE_MAX];
	size_t n;
	size_t effort;
	struct regex_set first; /* bytes that a match may begin with */
	bool nullable;		/* or it may have none */
	struct places now, next;
	uint16_t todo[2 * HEALTH_REGEX_SIZE_MAX];
	uint32_t seen[HEALTH_REGEX_SIZE_MAX], round;
};

static int emit_node(struct health_regex *r, const struct regex_node *node);

/* -E2BIG, or where the step is. */
static int emit(struct health_regex *r, enum op op, size_t x)
{
	if (r->n == HEALTH_REGEX_SIZE_MAX)
		return -E2BIG;
	r->step[r->n] = (struct step){ op, (uint16_t)x, 0 };
	return (int)r->n++;
}

static int emit_alternatives(struct health_regex *r,
			     const struct regex_node *node)
{
	const int split = emit(r, OP_SPLIT, r->n + 1);
	int err = split < 0 ? split : emit_node(r, node->left), jump;

	if (err)
		return err;
	jump = emit(r, OP_JUMP, 0);
	if (jump < 0)
		return jump;
	r->step[split].y = (uint16_t)r->n;
	err = emit_node(r, node->right);
	r->step[jump].x = (uint16_t)r->n;
	return err;
}

/* Once more, or not; loop: and then again. */
static int emit_option(struct health_regex *r, const struct regex_node *node,
		       bool loop)
{
	const int split = emit(r, OP_SPLIT, r->n + 1);
	int err = split < 0 ? split : emit_node(r, node);

	if (!err && loop)
		err = emit(r, OP_JUMP, (size_t)split);
	if (err < 0)
		return err;
	r->step[split].y = (uint16_t)r->n;
	return 0;
}

static int emit_repeat(struct health_regex *r, const struct regex_node *node)
{
	int err = 0;

	for (unsigned int i = 0; !err && i < node->min; i++)
		err = emit_node(r, node->left);
	if (!err && node->max == REGEX_INFINITE)
		return emit_option(r, node->left, true);
	for (unsigned int i = node->min; !err && i < node->max; i++)
		err = emit_option(r, node->left, false);
	return err;
}

static int emit_node(struct health_regex *r, const struct regex_node *node)
{
	int err = 0;

	if (r->effort++ == EFFORT_MAX)
		return -E2BIG;
	switch (node->kind) {
	case REGEX_EMPTY:
		break;
	case REGEX_SET:
		err = emit(r, OP_SET, node->value);
		break;
	case REGEX_ASSERT:
		err = emit(r, OP_ASSERT, node->value);
		break;
	case REGEX_CAT:
		err = emit_node(r, node->left);
		if (!err)
			err = emit_node(r, node->right);
		break;
	case REGEX_ALT:
		return emit_alternatives(r, node);
	case REGEX_REPEAT:
		return emit_repeat(r, node);
	}
	return err < 0 ? err : 0;
}

/* The text around a place in it. */
struct spot {
	bool begin, end, word_before, word_after;
};

static bool is_word(unsigned char c)
{
	return c < 128 && (isalnum(c) || c == '_');
}

static struct spot spot_of(const unsigned char *text, size_t length, size_t i)
{
	return (struct spot){
		.begin = !i,
		.end = i == length,
		.word_before = i && is_word(text[i - 1]),
		.word_after = i < length && is_word(text[i]),
	};
}

static bool holds(enum regex_assert what, const struct spot *s)
{
	switch (what) {
	case REGEX_BEGIN:
		return s->begin;
	case REGEX_END:
		return s->end;
	case REGEX_WORD_BEGIN:
		return !s->word_before && s->word_after;
	case REGEX_WORD_END:
		return s->word_before && !s->word_after;
	case REGEX_WORD_EDGE:
		return s->word_before != s->word_after;
	case REGEX_NO_WORD_EDGE:
		return s->word_before == s->word_after;
	}
	return false;
}

/*
 * Adds to "now" where a byte is needed to go on from there; true: the end can
 * be reached without any.  spot NULL: as if all assertions held.
 */
static bool reach(struct health_regex *r, uint16_t from,
		  const struct spot *spot)
{
	bool end = false;
	size_t n = 0;

	r->todo[n++] = from;
	while (n) {
		const uint16_t at = r->todo[--n];
		const struct step *step = &r->step[at];

		if (r->seen[at] == r->round)
			continue;
		r->seen[at] = r->round;
		switch (step->op) {
		case OP_SET:
			r->now.at[r->now.n++] = at;
			break;
		case OP_ASSERT:
			if (!spot || holds((enum regex_assert)step->x, spot))
				r->todo[n++] = (uint16_t)(at + 1);
			break;
		case OP_SPLIT:
			r->todo[n++] = step->y;
			r->todo[n++] = step->x;
			break;
		case OP_JUMP:
			r->todo[n++] = step->x;
			break;
		case OP_MATCH:
			end = true;
			break;
		}
	}
	return end;
}

static void next_round(struct health_regex *r)
{
	r->now.n = 0;
	if (++r->round)
		return;
	for (size_t i = 0; i < r->n; i++)
		r->seen[i] = 0;
	r->round = 1;
}

/* The places behind one more byte. */
static void advance(struct health_regex *r, unsigned char byte)
{
	r->next.n = 0;
	for (size_t i = 0; i < r->now.n; i++) {
		const uint16_t at = r->now.at[i];

		if (regex_has(&r->tree.sets[r->step[at].x], byte))
			r->next.at[r->next.n++] = (uint16_t)(at + 1);
	}
}

bool health_regex_test(struct health_regex *r, const void *text, size_t length)
{
	const unsigned char *byte = text;

	r->next.n = 0;
	for (size_t i = 0; i <= length; i++) {
		const bool begins =
			r->nullable ||
			(i < length && regex_has(&r->first, byte[i]));
		struct spot spot;
		bool end = false;

		if (!begins && !r->next.n)
			continue;
		spot = spot_of(byte, length, i);
		next_round(r);
		for (size_t k = 0; !end && k < r->next.n; k++)
			end = reach(r, r->next.at[k], &spot);
		if (end || (begins && reach(r, 0, &spot)))
			return true;
		if (i < length)
			advance(r, byte[i]);
	}
	return false;
}

static void find_first(struct health_regex *r)
{
	next_round(r);
	r->nullable = reach(r, 0, NULL);
	for (size_t i = 0; i < r->now.n; i++)
		for (size_t k = 0; k < 4; k++)
			r->first.bits[k] |=
				r->tree.sets[r->step[r->now.at[i]].x].bits[k];
}

static int compile(struct health_regex *r, const char *pattern,
		   const char **why)
{
	int err = regex_parse(&r->tree, pattern, why);

	if (!err)
		err = emit_node(r, r->tree.root);
	if (!err)
		err = emit(r, OP_MATCH, 0);
	if (err == -E2BIG) {
		*why = "it is too large once its repetitions are written out";
		return -EINVAL;
	}
	if (err < 0)
		return err;
	find_first(r);
	return 0;
}

int health_regex_open(struct health_regex **out, const char *pattern,
		      const char **why)
{
	struct health_regex *r = calloc(1, sizeof(*r));
	int err = r ? compile(r, pattern, why) : -ENOMEM;

	if (err)
		health_regex_close(r);
	else
		*out = r;
	return err;
}

void health_regex_close(struct health_regex *regex)
{
	if (!regex)
		return;
	regex_tree_free(&regex->tree);
	free(regex);
}
