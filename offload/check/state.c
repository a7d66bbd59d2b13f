/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

struct nfp_reg nfp_reg_scalar(struct nfp_scalar s)
{
	return (struct nfp_reg){ .kind = NFP_SCALAR, .s = s };
}

struct nfp_reg nfp_reg_anything(void)
{
	return (struct nfp_reg){ .kind = NFP_ANYTHING,
				 .s = nfp_scalar_unknown() };
}

bool nfp_reg_is_pointer(const struct nfp_reg *reg)
{
	return reg->kind != NFP_UNSET && reg->kind != NFP_SCALAR &&
	       reg->kind != NFP_ANYTHING;
}

struct nfp_state *nfp_state_new(void)
{
	struct nfp_state *state = calloc(1, sizeof(*state));

	if (!state)
		return NULL;
	state->checkpoint = NFP_NO_CHECKPOINT;
	if (!nfp_state_push(state)) {
		free(state);
		return NULL;
	}
	return state;
}

struct nfp_state *nfp_state_copy(const struct nfp_state *state)
{
	struct nfp_state *copy = calloc(1, sizeof(*copy));

	if (!copy)
		return NULL;
	copy->pc = state->pc;
	copy->checkpoint = state->checkpoint;
	while (copy->frames < state->frames) {
		if (!nfp_state_push(copy)) {
			nfp_state_free(copy);
			return NULL;
		}
		*nfp_state_top(copy) = *state->frame[copy->frames - 1];
	}
	return copy;
}

void nfp_state_free(struct nfp_state *state)
{
	if (!state)
		return;
	while (state->frames)
		nfp_state_pop(state);
	free(state);
}

struct nfp_frame *nfp_state_push(struct nfp_state *state)
{
	struct nfp_frame *frame = calloc(1, sizeof(*frame));

	if (!frame)
		return NULL;
	frame->reg[10].kind = NFP_STACK_PTR;
	frame->reg[10].frame = (uint8_t)state->frames;
	state->frame[state->frames++] = frame;
	return frame;
}

void nfp_state_pop(struct nfp_state *state)
{
	free(state->frame[--state->frames]);
	state->frame[state->frames] = NULL;
}

struct nfp_frame *nfp_state_top(const struct nfp_state *state)
{
	return state->frame[state->frames - 1];
}

void nfp_state_each(struct nfp_state *state,
		    void (*visit)(struct nfp_reg *reg, void *arg), void *arg)
{
	for (unsigned int f = 0; f < state->frames; f++) {
		struct nfp_frame *frame = state->frame[f];

		for (int i = 0; i < NFP_REGS; i++)
			visit(&frame->reg[i], arg);
		for (size_t i = 0; i < NFP_STACK / 8; i++)
			if (frame->byte[i * 8] == NFP_BYTE_SPILL)
				visit(&frame->spill[i], arg);
	}
}

static bool slot_is_unset(const struct nfp_frame *frame, size_t slot)
{
	static const uint8_t unset[8];

	return !memcmp(&frame->byte[slot * 8], unset, sizeof(unset));
}

static bool renew(struct nfp_reg *reg, struct nfp_uses *uses)
{
	reg->use = nfp_use_new(uses, reg->use);
	return reg->use;
}

int nfp_state_renew_uses(struct nfp_state *state, struct nfp_uses *uses)
{
	for (unsigned int f = 0; f < state->frames; f++) {
		struct nfp_frame *frame = state->frame[f];

		for (size_t i = 0; i < NFP_REGS; i++)
			if (frame->reg[i].kind != NFP_UNSET &&
			    !renew(&frame->reg[i], uses))
				return -ENOMEM;
		for (size_t i = 0; i < NFP_STACK / 8; i++)
			if (!slot_is_unset(frame, i) &&
			    !renew(&frame->spill[i], uses))
				return -ENOMEM;
	}
	return 0;
}

void nfp_state_need_alike(struct nfp_state *state, const struct nfp_state *seen)
{
	for (unsigned int f = 0; f < seen->frames; f++) {
		const struct nfp_frame *from = seen->frame[f];
		struct nfp_frame *to = state->frame[f];

		for (size_t i = 0; i < NFP_REGS; i++)
			if (from->reg[i].kind != NFP_UNSET)
				nfp_use_need(to->reg[i].use,
					     from->reg[i].use->need);
		for (size_t i = 0; i < NFP_STACK / 8; i++)
			if (!slot_is_unset(from, i))
				nfp_use_need(to->spill[i].use,
					     from->spill[i].use->need);
	}
}

static void forget_reg(struct nfp_reg *reg)
{
	if (reg->kind == NFP_UNSET || reg->use->need == NFP_NEED_NUMBER)
		return;
	if (reg->use->need == NFP_NEED_NOTHING) {
		reg->kind = NFP_UNSET;
	} else if (reg->kind == NFP_SCALAR) {
		reg->s = nfp_scalar_unknown();
		reg->id = 0;
	}
}

static void forget_slot(struct nfp_frame *frame, size_t slot)
{
	uint8_t *byte = &frame->byte[slot * 8];
	bool nothing;

	if (slot_is_unset(frame, slot) ||
	    frame->spill[slot].use->need == NFP_NEED_NUMBER)
		return;
	nothing = frame->spill[slot].use->need == NFP_NEED_NOTHING;
	if (!nothing && byte[0] == NFP_BYTE_SPILL &&
	    frame->spill[slot].kind != NFP_SCALAR)
		return;
	for (size_t i = 0; i < 8; i++)
		if (nothing)
			byte[i] = NFP_BYTE_UNSET;
		else if (byte[i] != NFP_BYTE_UNSET)
			byte[i] = NFP_BYTE_SET;
}

void nfp_state_forget_unneeded(struct nfp_state *state)
{
	for (unsigned int f = 0; f < state->frames; f++) {
		for (size_t i = 0; i < NFP_REGS; i++)
			forget_reg(&state->frame[f]->reg[i]);
		for (size_t i = 0; i < NFP_STACK / 8; i++)
			forget_slot(state->frame[f], i);
	}
}

/*
 * Ids name equal things within a state, so two states agree if one renaming
 * maps the ids of one to those of the other.
 */
#define RENAMES_MAX 96

struct renaming {
	uint32_t from[RENAMES_MAX], to[RENAMES_MAX];
	size_t count;
};

static bool rename_fits(struct renaming *r, uint32_t from, uint32_t to)
{
	if (!from)
		return true;
	if (!to)
		return false;
	for (size_t i = 0; i < r->count; i++)
		if (r->from[i] == from)
			return r->to[i] == to;
	if (r->count == RENAMES_MAX)
		return false;
	r->from[r->count] = from;
	r->to[r->count++] = to;
	return true;
}

static bool reg_covers(const struct nfp_reg *a, const struct nfp_reg *b,
		       struct renaming *r)
{
	if (a->kind == NFP_UNSET)
		return true;
	if (a->kind != b->kind)
		return false;
	if (a->kind == NFP_SCALAR)
		return nfp_scalar_covers(&a->s, &b->s) &&
		       rename_fits(r, a->id, b->id);
	return a->frame == b->frame && a->off == b->off && a->map == b->map &&
	       a->range <= b->range && nfp_scalar_covers(&a->s, &b->s) &&
	       !a->id == !b->id && rename_fits(r, a->id, b->id);
}

static bool slot_covers(const struct nfp_frame *a, const struct nfp_frame *b,
			size_t slot, struct renaming *r)
{
	const uint8_t *x = &a->byte[slot * 8], *y = &b->byte[slot * 8];

	const bool number = b->spill[slot].kind == NFP_SCALAR;

	if (slot_is_unset(a, slot))
		return true;
	for (int i = 0; i < 8; i++)
		if (x[i] != y[i] && x[i] != NFP_BYTE_UNSET &&
		    !(x[i] == NFP_BYTE_SET &&
		      (y[i] == NFP_BYTE_ZERO ||
		       (y[i] == NFP_BYTE_SPILL && number))))
			return false;
	return x[0] != NFP_BYTE_SPILL ||
	       reg_covers(&a->spill[slot], &b->spill[slot], r);
}

bool nfp_state_covers(const struct nfp_state *a, const struct nfp_state *b)
{
	struct renaming r = { .count = 0 };

	if (a->pc != b->pc || a->frames != b->frames)
		return false;
	for (unsigned int f = 0; f < a->frames; f++) {
		if (a->frame[f]->return_to != b->frame[f]->return_to)
			return false;
		for (int i = 0; i < NFP_REGS; i++)
			if (!reg_covers(&a->frame[f]->reg[i],
					&b->frame[f]->reg[i], &r))
				return false;
		for (int i = 0; i < NFP_STACK / 8; i++)
			if (!slot_covers(a->frame[f], b->frame[f], i, &r))
				return false;
	}
	return true;
}
