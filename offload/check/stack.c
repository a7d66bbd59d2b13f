/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stack of a frame: check_stack_read() and check_stack_write() of the
 * kernel's verifier, nfp_bpf_check_stack_access() of the driver's.
 */
#include <linux/bpf.h>
#include <stddef.h>

#include "walk.h"

/* The byte of the frame's stack that the access starts at, or -1. */
static int stack_index(struct nfp_walk *w, const struct nfp_reg *reg,
		       int32_t off, uint32_t size, bool aligned)
{
	int64_t at = (int64_t)reg->off + off + NFP_STACK;

	if (!nfp_scalar_is_const(&reg->s)) {
		nfp_walk_say(w, NFP_RULE_STACK, NFP_REFUSED,
			     "accesses the stack at a variable offset: use "
			     "constant indexes");
		return -1;
	}
	at += (int64_t)reg->s.value;
	if (at < 0 || at + size > NFP_STACK) {
		nfp_walk_say(w, NFP_RULE_STACK, NFP_REFUSED,
			     "accesses the stack outside of its %d bytes",
			     NFP_STACK);
		return -1;
	}
	if (aligned && at % (int)size) {
		nfp_walk_say(w, NFP_RULE_STACK, NFP_REFUSED,
			     "accesses %u bytes of the stack that are not "
			     "aligned",
			     size);
		return -1;
	}
	return (int)at;
}

/* The verifier grows a stack by 8 bytes. */
static void note_depth(struct nfp_walk *w, const struct nfp_frame *frame,
		       int index)
{
	uint32_t *depth = &w->facts->stack_depth[frame->function];
	uint32_t bytes = (uint32_t)(NFP_STACK - index / 8 * 8);

	if (*depth < bytes)
		*depth = bytes;
}

/* nfp_bpf_check_stack_access(): the JIT addresses the stack by words. */
void nfp_stack_check_moving(struct nfp_walk *w, const struct nfp_reg *reg,
			    const struct nfp_fact *before)
{
	if (before->kind == NFP_STACK_PTR && before->off % 4 != reg->off % 4)
		nfp_walk_say(w, NFP_RULE_STACK, NFP_REFUSED,
			     "accesses the stack at offsets that differ "
			     "between paths by no multiple of 4");
}

static uint32_t spilled_bytes(const struct nfp_frame *frame, int at)
{
	uint32_t n = 0;

	while (n < 8 && frame->byte[at + (int)n] == NFP_BYTE_SPILL)
		n++;
	return n;
}

/*
 * check_stack_write_fixed_off(): whole registers, and numbers that fit what is
 * stored, are still known when they are loaded again in the same size.
 */
static bool is_spill(const struct nfp_reg *value, uint32_t size, int at)
{
	if (at % 8)
		return false;
	return size == 8 || (value->kind == NFP_SCALAR && size == 4 &&
			     value->s.max <= UINT32_MAX);
}

static struct nfp_reg load(struct nfp_walk *w, const struct nfp_frame *frame,
			   int at, uint32_t size)
{
	bool zero = true;

	for (uint32_t i = 0; i < size; i++) {
		zero &= frame->byte[at + i] == NFP_BYTE_ZERO;
		if (frame->byte[at + i] == NFP_BYTE_UNSET)
			nfp_walk_say(w, NFP_RULE_STACK, NFP_UNDECIDED,
				     "reads stack that was never written: some "
				     "kernels refuse it");
	}
	if (zero)
		return nfp_reg_scalar(nfp_scalar_const(0));
	if (frame->byte[at] != NFP_BYTE_SPILL || at % 8)
		return nfp_reg_scalar(nfp_scalar_loaded(size));
	if (spilled_bytes(frame, at) == size)
		return frame->spill[at / 8];
	if (nfp_reg_is_pointer(&frame->spill[at / 8]))
		nfp_walk_say(w, NFP_RULE_STACK, NFP_REFUSED,
			     "reads a part of a pointer from the stack");
	return nfp_reg_scalar(nfp_scalar_loaded(size));
}

struct nfp_reg nfp_stack_load(struct nfp_walk *w, const struct nfp_reg *reg,
			      uint32_t size)
{
	struct nfp_frame *frame = w->state->frame[reg->frame];
	int at = stack_index(w, reg, nfp_walk_insn(w)->off, size, true);
	struct nfp_reg result;

	if (at < 0)
		return nfp_reg_anything();
	note_depth(w, frame, at);
	result = load(w, frame, at, size);
	result.use = frame->spill[at / 8].use;
	nfp_use_need(result.use, NFP_NEED_KIND);
	return result;
}

void nfp_stack_store(struct nfp_walk *w, const struct nfp_reg *reg,
		     uint32_t size, const struct nfp_reg *value)
{
	struct nfp_frame *frame = w->state->frame[reg->frame];
	int at = stack_index(w, reg, nfp_walk_insn(w)->off, size, true);
	bool is_zero = value->kind == NFP_SCALAR &&
		       nfp_scalar_is_const(&value->s) && !value->s.value;
	bool spill = at >= 0 && is_spill(value, size, at) && !is_zero;
	uint8_t byte = spill	 ? NFP_BYTE_SPILL
		       : is_zero ? NFP_BYTE_ZERO
				 : NFP_BYTE_SET;
	struct nfp_use *use;

	if (at < 0)
		return;
	if (size < 8 && nfp_reg_is_pointer(value))
		nfp_walk_say(w, NFP_RULE_STACK, NFP_REFUSED,
			     "stores a part of a pointer to the stack");
	note_depth(w, frame, at);
	/* What is left of a spilled register is only bytes. */
	for (int i = at / 8 * 8; i < (int)(at + size + 7) / 8 * 8; i++)
		if (frame->byte[i] == NFP_BYTE_SPILL)
			frame->byte[i] = NFP_BYTE_SET;
	for (uint32_t i = 0; i < size; i++)
		frame->byte[at + i] = byte;
	use = size == 8 ? value->use
			: nfp_use_join(&w->uses, frame->spill[at / 8].use,
				       value->use);
	if (spill)
		frame->spill[at / 8] = *value;
	frame->spill[at / 8].use = use;
	if (reg->frame + 1U != w->state->frames)
		nfp_walk_say(w, NFP_RULE_JIT, NFP_HINT,
			     "writes a caller's stack: the driver's JIT loses "
			     "single bytes; return the value instead");
}

bool nfp_stack_argument(struct nfp_walk *w, const struct nfp_reg *reg,
			uint32_t size, const char *what)
{
	struct nfp_frame *frame;
	int at;

	if (reg->kind == NFP_ANYTHING)
		return false;
	if (reg->kind != NFP_STACK_PTR) {
		nfp_walk_say(w, NFP_RULE_KEY, NFP_REFUSED,
			     "passes a %s that is not on the stack: copy it "
			     "to a local variable",
			     what);
		return false;
	}
	at = stack_index(w, reg, 0, size, false);
	if (at < 0)
		return false;
	if (at % 4)
		nfp_walk_say(w, NFP_RULE_KEY, NFP_REFUSED,
			     "passes a %s that is not aligned to 4 bytes: "
			     "declare it with __attribute__((aligned(4)))",
			     what);
	frame = w->state->frame[reg->frame];
	note_depth(w, frame, at);
	for (uint32_t i = 0; i < size; i++) {
		nfp_use_need(frame->spill[(at + i) / 8].use, NFP_NEED_KIND);
		if (frame->byte[at + i] == NFP_BYTE_UNSET)
			nfp_walk_say(w, NFP_RULE_KEY, NFP_UNDECIDED,
				     "passes a %s of %u bytes that are not all "
				     "written, which some kernels refuse: set "
				     "every member and the padding",
				     what, size);
	}
	return true;
}
