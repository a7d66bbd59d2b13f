/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls, returns, and the constants that relocations put into a program. */
#include <linux/bpf.h>

#include "walk.h"

static void judge_action(struct nfp_walk *w)
{
	const struct nfp_reg *r = nfp_walk_number(w, 0);

	if (r->kind == NFP_ANYTHING || r->s.max <= XDP_TX)
		return;
	if (r->kind == NFP_SCALAR && r->s.min > XDP_TX)
		nfp_walk_say(w, NFP_RULE_ACTION, NFP_REFUSED,
			     "returns %s: the card knows ABORTED, DROP, PASS "
			     "and TX, and drops the packet for anything else",
			     nfp_scalar_is_const(&r->s) &&
					     r->s.value == XDP_REDIRECT
				     ? "XDP_REDIRECT"
				     : "no XDP action");
	else
		nfp_walk_say(w, NFP_RULE_ACTION, NFP_UNDECIDED,
			     "returns an action that cannot be known: return "
			     "constants, so that the card never drops a packet "
			     "for an unknown one");
}

enum nfp_step nfp_control_exit(struct nfp_walk *w)
{
	struct nfp_state *state = w->state;
	struct nfp_reg result;
	size_t back;

	if (state->frames == 1) {
		judge_action(w);
		return NFP_STEP_END;
	}
	result = *nfp_walk_reg(w, 0);
	if (result.kind == NFP_STACK_PTR)
		nfp_walk_say(w, NFP_RULE_FUNCTION, NFP_REFUSED,
			     "a function returns a pointer to its stack");
	back = nfp_state_top(state)->return_to;
	nfp_state_pop(state);
	for (unsigned int reg = 1; reg <= 5; reg++)
		nfp_walk_reg(w, reg)->kind = NFP_UNSET;
	*nfp_walk_reg(w, 0) = result;
	state->pc = back;
	return NFP_STEP_ON;
}

static enum nfp_step step_into(struct nfp_walk *w)
{
	struct nfp_state *state = w->state;
	size_t callee = state->pc + 1 + (size_t)(ssize_t)nfp_walk_insn(w)->imm;
	struct nfp_frame *frame = nfp_state_top(state), *inner;
	size_t function = w->object->insns[callee].function;

	if (w->object->functions[function].global)
		nfp_walk_say(w, NFP_RULE_FUNCTION, NFP_UNDECIDED,
			     "calls %s(), which the verifier checks by its "
			     "type alone: make it static",
			     w->object->functions[function].name);
	if (state->frames == NFP_FRAMES_MAX) {
		nfp_walk_say(w, NFP_RULE_FUNCTION, NFP_REFUSED,
			     "more than %d functions call each other",
			     NFP_FRAMES_MAX);
		return NFP_STEP_END;
	}
	inner = nfp_state_push(state);
	if (!inner)
		return NFP_STEP_FAILED;
	for (int reg = 1; reg <= 5; reg++)
		inner->reg[reg] = frame->reg[reg];
	inner->function = function;
	inner->return_to = state->pc + 1;
	state->pc = callee;
	return NFP_STEP_ON;
}

enum nfp_step nfp_control_call(struct nfp_walk *w)
{
	const struct bpf_insn *i = nfp_walk_insn(w);

	if (w->object->insns[w->state->pc].symbol == NFP_SYMBOL_EXTERN) {
		nfp_walk_say(w, NFP_RULE_GLOBAL, NFP_REFUSED,
			     "calls a function of the kernel: the card has "
			     "none");
		*nfp_walk_reg(w, 0) = nfp_reg_anything();
		w->state->pc++;
		return NFP_STEP_ON;
	}
	if (i->src_reg == BPF_PSEUDO_CALL)
		return step_into(w);
	nfp_call_helper(w);
	w->state->pc++;
	return NFP_STEP_ON;
}

void nfp_control_constant(struct nfp_walk *w)
{
	const struct nfp_insn *insn = &w->object->insns[w->state->pc];
	struct nfp_reg *dst = nfp_walk_reg(w, insn->bpf.dst_reg);

	*dst = nfp_reg_anything();
	switch (insn->symbol) {
	case NFP_SYMBOL_NONE:
		*dst = nfp_reg_scalar(nfp_scalar_const(
			(uint32_t)insn->bpf.imm |
			(uint64_t)(uint32_t)insn[1].bpf.imm << 32));
		break;
	case NFP_SYMBOL_MAP:
		*dst = (struct nfp_reg){ .kind = NFP_MAP_PTR,
					 .map = (uint32_t)insn->map,
					 .s = nfp_scalar_const(0) };
		break;
	case NFP_SYMBOL_FUNCTION:
		nfp_walk_say(w, NFP_RULE_FUNCTION, NFP_REFUSED,
			     "takes the address of a function");
		break;
	default:
		nfp_walk_say(w, NFP_RULE_GLOBAL, NFP_REFUSED,
			     "uses a global variable or constant: the card has "
			     "no such maps; pass it in a map or write it as a "
			     "macro");
	}
	w->state->pc++;
}
