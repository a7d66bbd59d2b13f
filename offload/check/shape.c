/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_subprogs(), check_cfg() and the "reserved fields" of the kernel's
 * verifier.c.  No compiler makes what is refused here; inline assembly can.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>

#include "shape.h"

struct shape {
	const struct nfp_object *object;
	struct nfp_report *report;
	bool *reached;
	size_t *pending;
	size_t pending_count;
	bool broken;
};

static void say(struct shape *s, size_t pc, const char *text)
{
	nfp_report_add(s->report, NFP_RULE_INSTRUCTION, NFP_REFUSED,
		       s->object->insns[pc].where, "%s", text);
	s->broken = true;
}

static bool is_jump(const struct bpf_insn *i)
{
	return BPF_CLASS(i->code) == BPF_JMP || BPF_CLASS(i->code) == BPF_JMP32;
}

static bool is_alu(const struct bpf_insn *i)
{
	return BPF_CLASS(i->code) == BPF_ALU || BPF_CLASS(i->code) == BPF_ALU64;
}

/* Fields of `off` are nfp_opcode's: newer instructions hide there. */
static bool alu_is_sound(const struct bpf_insn *i)
{
	int bits = BPF_CLASS(i->code) == BPF_ALU64 ? 64 : 32;

	switch (BPF_OP(i->code)) {
	case BPF_NEG:
		return !i->src_reg && !i->imm;
	case BPF_END:
		return !i->src_reg &&
		       (i->imm == 16 || i->imm == 32 || i->imm == 64);
	default:
		break;
	}
	if (BPF_SRC(i->code) == BPF_X)
		return !i->imm;
	switch (BPF_OP(i->code)) {
	case BPF_LSH:
	case BPF_RSH:
	case BPF_ARSH:
		return !i->src_reg && i->imm >= 0 && i->imm < bits;
	case BPF_DIV:
	case BPF_MOD:
		return !i->src_reg && i->imm;
	default:
		return !i->src_reg;
	}
}

static bool jump_is_sound(const struct bpf_insn *i)
{
	switch (BPF_OP(i->code)) {
	case BPF_JA:
		return !i->src_reg && !i->dst_reg && !i->imm;
	case BPF_EXIT:
		return !i->src_reg && !i->dst_reg && !i->imm && !i->off;
	case BPF_CALL:
		return !i->dst_reg && !i->off;
	default:
		return BPF_SRC(i->code) == BPF_X ? !i->imm : !i->src_reg;
	}
}

static bool is_sound(const struct bpf_insn *i)
{
	if (i->dst_reg > 10 || i->src_reg > 10)
		return false;
	if (is_alu(i))
		return alu_is_sound(i);
	if (is_jump(i))
		return jump_is_sound(i);
	switch (BPF_CLASS(i->code)) {
	case BPF_LDX:
		return !i->imm && i->dst_reg != 10;
	case BPF_STX:
		return BPF_MODE(i->code) == BPF_ATOMIC || !i->imm;
	case BPF_ST:
		return !i->src_reg;
	default:
		return !i->off && i->dst_reg != 10;
	}
}

static bool is_wide(const struct bpf_insn *i)
{
	return i->code == (BPF_LD | BPF_IMM | BPF_DW);
}

static void visit(struct shape *s, size_t from, size_t to)
{
	const struct nfp_object *o = s->object;
	const struct nfp_function *f = &o->functions[o->insns[from].function];

	if (to < f->start || to >= f->end) {
		say(s, from, "jumps or runs out of its function");
		return;
	}
	if (!s->reached[to]) {
		s->reached[to] = true;
		s->pending[s->pending_count++] = to;
	}
}

static void spread(struct shape *s, size_t pc)
{
	const struct bpf_insn *i = &s->object->insns[pc].bpf;
	uint8_t op = BPF_OP(i->code);
	size_t next = pc + 1, jump = next + (size_t)(ssize_t)i->off;

	if (is_wide(i)) {
		if (next < s->object->insn_count)
			s->reached[next] = true;
		visit(s, pc, next + 1);
		return;
	}
	if (is_jump(i) && op == BPF_EXIT)
		return;
	if (is_jump(i) && op != BPF_CALL)
		visit(s, pc, jump);
	if (!is_jump(i) || op != BPF_JA)
		visit(s, pc, next);
}

static void reach(struct shape *s)
{
	const struct nfp_object *o = s->object;

	for (size_t f = 0; f < o->function_count; f++) {
		s->reached[o->functions[f].start] = true;
		s->pending[s->pending_count++] = o->functions[f].start;
	}
	while (s->pending_count)
		spread(s, s->pending[--s->pending_count]);
	for (size_t pc = 0; pc < o->insn_count; pc++)
		if (!s->reached[pc])
			say(s, pc, "code that nothing leads to");
}

int nfp_shape_judge(const struct nfp_object *object, struct nfp_report *report)
{
	size_t count = object->insn_count;
	struct shape s = { .object = object, .report = report };

	s.reached = calloc(count, sizeof(*s.reached));
	s.pending = calloc(count, sizeof(*s.pending));
	if (!s.reached || !s.pending) {
		free(s.reached);
		free(s.pending);
		return -ENOMEM;
	}
	for (size_t pc = 0; pc < count; pc++) {
		const struct bpf_insn *i = &object->insns[pc].bpf;

		if (!is_sound(i))
			say(&s, pc,
			    "an instruction with fields that must be "
			    "zero or are out of range");
		if (is_wide(i))
			pc++;
	}
	reach(&s);
	free(s.reached);
	free(s.pending);
	return s.broken ? -ENOEXEC : 0;
}
