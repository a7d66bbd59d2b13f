/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdbool.h>
#include <stdlib.h>

#include "live.h"

#define BIT(reg)  ((uint16_t)(1U << (reg)))
#define ARGUMENTS 0x003e /* R1 to R5 */
#define CLOBBERED 0x003f /* R0 to R5 */

struct effect {
	uint16_t def, use, wide;
};

/* The arguments that a helper takes; of those the card lacks, all. */
static uint16_t arguments(int helper)
{
	switch (helper) {
	case BPF_FUNC_get_prandom_u32:
		return 0;
	case BPF_FUNC_map_lookup_elem:
	case BPF_FUNC_map_delete_elem:
	case BPF_FUNC_xdp_adjust_head:
	case BPF_FUNC_xdp_adjust_tail:
		return BIT(1) | BIT(2);
	case BPF_FUNC_map_update_elem:
		return BIT(1) | BIT(2) | BIT(3) | BIT(4);
	default:
		return ARGUMENTS;
	}
}

static struct effect alu_effect(const struct bpf_insn *i)
{
	struct effect e = { .def = BIT(i->dst_reg) };
	uint8_t op = BPF_OP(i->code);

	if (op != BPF_MOV)
		e.use |= BIT(i->dst_reg);
	if (BPF_SRC(i->code) == BPF_X && op != BPF_END)
		e.use |= BIT(i->src_reg);
	if (BPF_CLASS(i->code) == BPF_ALU64 || (op == BPF_END && i->imm == 64))
		e.wide = e.use;
	return e;
}

static struct effect jump_effect(const struct bpf_insn *i)
{
	struct effect e = { 0 };

	switch (BPF_OP(i->code)) {
	case BPF_JA:
		return e;
	case BPF_EXIT:
		e.use = BIT(0);
		return e;
	case BPF_CALL:
		e.def = CLOBBERED;
		e.use = e.wide = arguments(i->imm);
		return e;
	default:
		e.use = BIT(i->dst_reg);
		if (BPF_SRC(i->code) == BPF_X)
			e.use |= BIT(i->src_reg);
		if (BPF_CLASS(i->code) == BPF_JMP)
			e.wide = e.use;
		return e;
	}
}

static struct effect store_effect(const struct bpf_insn *i)
{
	struct effect e = { .use = BIT(i->dst_reg), .wide = BIT(i->dst_reg) };

	if (BPF_CLASS(i->code) == BPF_ST)
		return e;
	e.use |= BIT(i->src_reg);
	if (BPF_SIZE(i->code) == BPF_DW)
		e.wide |= BIT(i->src_reg);
	return e;
}

static struct effect effect(const struct bpf_insn *i)
{
	switch (BPF_CLASS(i->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return alu_effect(i);
	case BPF_JMP:
	case BPF_JMP32:
		return jump_effect(i);
	case BPF_LDX:
		return (struct effect){ BIT(i->dst_reg), BIT(i->src_reg),
					BIT(i->src_reg) };
	case BPF_LD:
		/* Its second half is no instruction, and looks like R0's. */
		return (struct effect){ .def = i->code ? BIT(i->dst_reg) : 0 };
	default:
		return store_effect(i);
	}
}

static struct nfp_live after(const struct nfp_live *live, size_t count,
			     size_t pc, const struct bpf_insn *i)
{
	uint8_t class = BPF_CLASS(i->code), op = BPF_OP(i->code);
	bool jumps = (class == BPF_JMP || class == BPF_JMP32) &&
		     op != BPF_CALL && op != BPF_EXIT;
	bool falls = class != BPF_JMP || (op != BPF_EXIT && op != BPF_JA);
	size_t target = pc + 1 + (size_t)(ssize_t)i->off;
	struct nfp_live out = { 0 };

	if (falls && pc + 1 < count)
		out = live[pc + 1];
	if (jumps && target < count) {
		out.any |= live[target].any;
		out.wide |= live[target].wide;
	}
	return out;
}

struct liveness {
	const struct nfp_object *object;
	struct nfp_live *live;
	uint16_t *result; /* per function: BIT(0) if 64 bits are read */
	bool changed;
};

/* What crosses from function to function: arguments and the result. */
static void add_calls(struct liveness *l, size_t pc, struct effect *e)
{
	const struct nfp_insn *insn = &l->object->insns[pc];
	size_t callee = pc + 1 + (size_t)(ssize_t)insn->bpf.imm;
	uint16_t *result;

	if (insn->bpf.code == (BPF_JMP | BPF_EXIT)) {
		e->wide = l->result[insn->function];
	} else if (insn->bpf.code == (BPF_JMP | BPF_CALL) &&
		   insn->bpf.src_reg == BPF_PSEUDO_CALL &&
		   insn->symbol == NFP_SYMBOL_NONE) {
		e->use = l->live[callee].any & ARGUMENTS;
		e->wide = l->live[callee].wide & ARGUMENTS;
		result = &l->result[l->object->insns[callee].function];
		l->changed |= l->live[pc + 1].wide & BIT(0) & ~*result;
		*result |= l->live[pc + 1].wide & BIT(0);
	}
}

static void update(struct liveness *l, size_t pc)
{
	const struct bpf_insn *i = &l->object->insns[pc].bpf;
	struct nfp_live out = after(l->live, l->object->insn_count, pc, i);
	struct effect e = effect(i);

	add_calls(l, pc, &e);
	out.any = (out.any & ~e.def) | e.use;
	out.wide = (out.wide & ~e.def) | e.wide;
	l->changed |=
		out.any != l->live[pc].any || out.wide != l->live[pc].wide;
	l->live[pc] = out;
}

struct nfp_live *nfp_live_compute(const struct nfp_object *object)
{
	/* One more, so that what follows the last instruction is nothing. */
	struct liveness l = {
		.object = object,
		.live = calloc(object->insn_count + 1, sizeof(*l.live)),
		.result = calloc(object->function_count + 1, sizeof(*l.result)),
	};

	l.changed = l.live && l.result;
	if (l.changed)
		l.result[0] = BIT(0);
	while (l.changed) {
		l.changed = false;
		for (size_t pc = object->insn_count; pc-- > 0;)
			update(&l, pc);
	}
	if (!l.result) {
		free(l.live);
		l.live = NULL;
	}
	free(l.result);
	return l.live;
}

int nfp_live_narrow_def(const struct bpf_insn *insn)
{
	uint8_t class = BPF_CLASS(insn->code);

	if (class == BPF_ALU &&
	    !(BPF_OP(insn->code) == BPF_END && insn->imm == 64))
		return insn->dst_reg;
	if (class == BPF_LDX && BPF_SIZE(insn->code) != BPF_DW)
		return insn->dst_reg;
	return -1;
}
