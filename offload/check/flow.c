/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The card's driver looks on while the kernel's verifier walks through the
 * program, and judges by what the verifier knows at each step.  So this walks
 * as the verifier does: path by path, never merging two states, because merged
 * knowledge would be less than the driver has ("is this pointer still the
 * look-up's result?") and every merge a "cannot decide".
 *
 * Paths are many, so at every jump target the state is kept as a checkpoint,
 * and a path ends where a finished checkpoint covers it: whatever could follow
 * has been seen.  Registers nobody reads any more are forgotten first; once all
 * paths from a checkpoint have ended, so is what none of them read, and numbers
 * on which neither a branch nor a rule depended (use.h).  Few objects of any
 * size would come to an end without that.  A checkpoint whose paths have not
 * all ended yet covers nothing; meeting one means a loop that makes no
 * progress. The verifier goes other ways (it asks for a number only where it
 * knows which way a branch goes) and so may see fewer paths than this does; a
 * rule about ranges that only some of our paths break is therefore "cannot
 * decide".
 *
 * Tracked: numbers (scalar.h), pointers with constant and variable offset,
 * which packet bytes were compared with data_end, which look-ups were compared
 * with NULL, bytes and spilled registers of the stack.  That is all that the
 * driver's rules ask for.  Not tracked: what lies in maps and packets, signed
 * ranges, equality of two unknown numbers.
 */
#include <linux/bpf.h>
#include <limits.h>
#include <errno.h>
#include <stdlib.h>

#include "checkpoint.h"
#include "live.h"
#include "opcode.h"
#include "walk.h"

/* The verifier's own limit of complexity is 1,000,000 instructions. */
#define STEPS_MAX	8000000
#define CHECKPOINTS_MAX 100000

struct flow {
	struct nfp_walk walk;
	struct nfp_live *live;
	bool *is_target;
	struct nfp_checkpoints checkpoints;
	struct nfp_state **pending;
	size_t pending_count;
	unsigned long steps;
};

static size_t jump_target(const struct nfp_walk *w)
{
	return w->state->pc + 1 + (size_t)(ssize_t)nfp_walk_insn(w)->off;
}

static int push_pending(struct flow *f, struct nfp_state *state)
{
	struct nfp_state **grown;

	grown = reallocarray(f->pending, f->pending_count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	f->pending = grown;
	grown[f->pending_count++] = state;
	nfp_checkpoint_fork(&f->checkpoints, state);
	return 0;
}

static void forget_dead(struct flow *f, struct nfp_state *state)
{
	struct nfp_frame *frame = nfp_state_top(state);

	for (int reg = 0; reg < 10; reg++)
		if (!(f->live[state->pc].any & 1U << reg))
			frame->reg[reg] = (struct nfp_reg){ 0 };
}

static enum nfp_step give_up(struct flow *f, const char *why)
{
	nfp_walk_say(&f->walk, NFP_RULE_LOOP, NFP_UNDECIDED, "%s", why);
	f->walk.facts->complete = false;
	return NFP_STEP_END;
}

/* At a jump target. */
static enum nfp_step pass_target(struct flow *f)
{
	struct nfp_state *state = f->walk.state;
	int seen;

	forget_dead(f, state);
	seen = nfp_checkpoint_find(&f->checkpoints, state);
	if (seen > 0)
		return NFP_STEP_END;
	if (seen < 0)
		return give_up(f, "a loop whose end cannot be seen: count to "
				  "a constant");
	if (f->checkpoints.count >= CHECKPOINTS_MAX)
		return give_up(f, "too many paths to follow");
	return nfp_checkpoint_add(&f->checkpoints, state, &f->walk.uses)
		       ? NFP_STEP_FAILED
		       : NFP_STEP_ON;
}

static void judge_compare(struct nfp_walk *w)
{
	const struct bpf_insn *i = nfp_walk_insn(w);
	uint8_t op = BPF_OP(i->code);

	if (BPF_SRC(i->code) == BPF_K && i->imm == INT_MIN && op != BPF_JEQ &&
	    op != BPF_JNE && op != BPF_JSET)
		nfp_walk_say(w, NFP_RULE_JIT, NFP_HINT,
			     "compares with the constant -2^31: the driver's "
			     "JIT negates it wrongly");
}

static enum nfp_step step_branch(struct flow *f)
{
	struct nfp_walk *w = &f->walk;
	const struct bpf_insn *i = nfp_walk_insn(w);
	struct nfp_state *other;
	int decided;

	nfp_walk_number(w, i->dst_reg);
	if (BPF_SRC(i->code) == BPF_X)
		nfp_walk_number(w, i->src_reg);
	judge_compare(w);
	decided = nfp_branch_decide(w);
	if (decided >= 0) {
		w->state->pc = decided ? jump_target(w) : w->state->pc + 1;
		return NFP_STEP_ON;
	}
	other = nfp_state_copy(w->state);
	if (!other)
		return NFP_STEP_FAILED;
	nfp_branch_learn(w, other, true);
	nfp_branch_learn(w, w->state, false);
	other->pc = jump_target(w);
	w->state->pc++;
	if (push_pending(f, other)) {
		nfp_state_free(other);
		return NFP_STEP_FAILED;
	}
	return NFP_STEP_ON;
}

static enum nfp_step step_jump(struct flow *f)
{
	struct nfp_walk *w = &f->walk;

	switch (BPF_OP(nfp_walk_insn(w)->code)) {
	case BPF_JA:
		w->state->pc = jump_target(w);
		return NFP_STEP_ON;
	case BPF_EXIT:
		return nfp_control_exit(w);
	case BPF_CALL:
		return nfp_control_call(w);
	default:
		return step_branch(f);
	}
}

static enum nfp_step step(struct flow *f)
{
	struct nfp_walk *w = &f->walk;
	uint8_t code = nfp_walk_insn(w)->code;
	const struct nfp_opcode_fault *fault;

	fault = nfp_opcode_fault(nfp_walk_insn(w));
	if (fault)
		nfp_walk_say(w, fault->rule, NFP_REFUSED, "%s", fault->text);
	if (fault && !fault->is_known)
		return NFP_STEP_END;
	switch (BPF_CLASS(code)) {
	case BPF_JMP:
	case BPF_JMP32:
		return step_jump(f);
	case BPF_ALU:
	case BPF_ALU64:
		nfp_alu_step(w);
		break;
	case BPF_LD:
		nfp_control_constant(w);
		break;
	case BPF_LDX:
		nfp_memory_load(w);
		break;
	default:
		if (BPF_MODE(code) == BPF_ATOMIC)
			nfp_memory_atomic(w);
		else
			nfp_memory_store(w);
	}
	w->state->pc++;
	return NFP_STEP_ON;
}

static enum nfp_step follow(struct flow *f)
{
	struct nfp_state *state = f->walk.state;
	struct nfp_fact *fact;
	enum nfp_step result = NFP_STEP_ON;

	while (result == NFP_STEP_ON) {
		if (state->pc >= f->walk.object->insn_count)
			return NFP_STEP_END;
		if (++f->steps > STEPS_MAX)
			return give_up(f, "too many steps to follow");
		if (f->is_target[state->pc]) {
			result = pass_target(f);
			if (result != NFP_STEP_ON)
				break;
		}
		fact = nfp_walk_fact(&f->walk);
		fact->visited_twice = fact->seen;
		fact->seen = true;
		result = step(f);
	}
	return result;
}

static int follow_all(struct flow *f)
{
	enum nfp_step result = NFP_STEP_END;

	while (f->pending_count && result != NFP_STEP_FAILED &&
	       f->steps <= STEPS_MAX) {
		f->walk.state = f->pending[--f->pending_count];
		result = follow(f);
		nfp_checkpoint_end(&f->checkpoints, f->walk.state);
		nfp_state_free(f->walk.state);
	}
	f->walk.state = NULL;
	return result == NFP_STEP_FAILED ? -ENOMEM : 0;
}

static void mark_targets(struct flow *f)
{
	const struct nfp_object *o = f->walk.object;
	size_t target;

	for (size_t pc = 0; pc < o->insn_count; pc++) {
		const struct bpf_insn *i = &o->insns[pc].bpf;
		uint8_t class = BPF_CLASS(i->code), op = BPF_OP(i->code);

		if ((class != BPF_JMP && class != BPF_JMP32) ||
		    op == BPF_CALL || op == BPF_EXIT)
			continue;
		target = pc + 1 + (size_t)(ssize_t)i->off;
		if (target < o->insn_count)
			f->is_target[target] = true;
	}
}

static int flow_start(struct flow *f)
{
	size_t count = f->walk.object->insn_count;
	struct nfp_state *state;

	f->live = nfp_live_compute(f->walk.object);
	f->is_target = calloc(count, sizeof(*f->is_target));
	if (!f->live || !f->is_target ||
	    nfp_checkpoints_init(&f->checkpoints, count))
		return -ENOMEM;
	mark_targets(f);
	state = nfp_state_new();
	if (!state)
		return -ENOMEM;
	state->frame[0]->reg[1] = (struct nfp_reg){
		.kind = NFP_CTX,
		.s = nfp_scalar_const(0),
	};
	if (push_pending(f, state)) {
		nfp_state_free(state);
		return -ENOMEM;
	}
	return 0;
}

static void flow_end(struct flow *f)
{
	while (f->pending_count)
		nfp_state_free(f->pending[--f->pending_count]);
	free(f->pending);
	nfp_checkpoints_free(&f->checkpoints);
	free(f->is_target);
	free(f->live);
	nfp_uses_free(&f->walk.uses);
}

static int facts_alloc(struct nfp_facts *facts, const struct nfp_object *o)
{
	facts->insn = calloc(o->insn_count, sizeof(*facts->insn));
	facts->stack_depth =
		calloc(o->function_count, sizeof(*facts->stack_depth));
	facts->words = calloc(o->map_count + 1, sizeof(*facts->words));
	if (!facts->insn || !facts->stack_depth || !facts->words)
		return -ENOMEM;
	for (size_t i = 0; i < o->map_count; i++) {
		facts->words[i] = calloc(o->maps[i].value_bytes / 4 + 1,
					 sizeof(**facts->words));
		if (!facts->words[i])
			return -ENOMEM;
	}
	return 0;
}

int nfp_flow_run(struct nfp_facts *facts, const struct nfp_object *object,
		 const struct nfp_caps *caps, struct nfp_report *report)
{
	struct flow f = { .walk = { .object = object,
				    .caps = caps,
				    .report = report,
				    .facts = facts } };
	int err;

	*facts = (struct nfp_facts){ .complete = true };
	err = facts_alloc(facts, object);
	if (err)
		return err;
	err = flow_start(&f);
	if (!err)
		err = follow_all(&f);
	flow_end(&f);
	return err;
}

void nfp_flow_free(struct nfp_facts *facts, const struct nfp_object *object)
{
	for (size_t i = 0; facts->words && i < object->map_count; i++)
		free(facts->words[i]);
	free(facts->words);
	free(facts->stack_depth);
	free(facts->insn);
	*facts = (struct nfp_facts){ 0 };
}
