/* SPDX-License-Identifier: GPL-2.0-only */
/* Arithmetic: on numbers nfp_scalar does the work, on pointers it is here. */
#include <linux/bpf.h>
#include <limits.h>

#include "walk.h"

/* BPF_MAX_VAR_OFF in include/linux/bpf_verifier.h. */
#define OFFSET_MAX (1 << 29)

static bool is_64(const struct bpf_insn *i)
{
	return BPF_CLASS(i->code) == BPF_ALU64;
}

static struct nfp_reg source(struct nfp_walk *w)
{
	const struct bpf_insn *i = nfp_walk_insn(w);

	if (BPF_OP(i->code) == BPF_NEG || BPF_OP(i->code) == BPF_END)
		return nfp_reg_scalar(nfp_scalar_const(0));
	if (BPF_SRC(i->code) == BPF_X)
		return *nfp_walk_read(w, i->src_reg);
	return nfp_reg_scalar(nfp_scalar_const((uint64_t)(int64_t)i->imm));
}

/* What the driver keeps per instruction: nfp_bpf_check_alu() in verifier.c. */
static void note_ranges(struct nfp_walk *w, const struct nfp_scalar *dst,
			const struct nfp_scalar *src)
{
	struct nfp_fact *fact = nfp_walk_fact(w);

	if (!fact->visited_twice || src->min < fact->min_src)
		fact->min_src = src->min;
	if (src->max > fact->max_src)
		fact->max_src = src->max;
	if (dst->max > fact->max_dst)
		fact->max_dst = dst->max;
}

static void judge_factors(struct nfp_walk *w, const struct nfp_scalar *dst,
			  const struct nfp_scalar *src)
{
	const struct bpf_insn *i = nfp_walk_insn(w);
	struct nfp_fact *fact = nfp_walk_fact(w);
	bool by_register = BPF_SRC(i->code) == BPF_X;

	if (BPF_OP(i->code) == BPF_MUL && !by_register && is_64(i) &&
	    i->imm < 0) {
		nfp_walk_say(w, NFP_RULE_MULTIPLY, NFP_REFUSED,
			     "a 64-bit multiplication by a negative constant: "
			     "use an unsigned 32-bit constant below 2^31");
		return;
	}
	if (BPF_OP(i->code) == BPF_DIV && !by_register && i->imm < 0)
		nfp_walk_say(w, NFP_RULE_DIVIDE, NFP_REFUSED,
			     "a division by a constant of 2^31 or more: use a "
			     "smaller one");
	if (dst->max > UINT32_MAX || (by_register && src->max > UINT32_MAX))
		fact->exceeds = true;
	else
		fact->fits = true;
	if (dst->max <= UINT16_MAX && src->max <= UINT16_MAX)
		fact->narrow = true;
	else
		fact->wide = true;
}

/* Also where each path knows the amount: the driver keeps that of one path. */
static void judge_shift(struct nfp_walk *w)
{
	if (BPF_SRC(nfp_walk_insn(w)->code) == BPF_X)
		nfp_walk_say(w, NFP_RULE_JIT, NFP_HINT,
			     "a shift by a variable: where paths join, the "
			     "driver's JIT may take it for a constant; shift "
			     "by constants");
}

static void judge_minimum(struct nfp_walk *w)
{
	const struct bpf_insn *i = nfp_walk_insn(w);
	uint8_t op = BPF_OP(i->code);

	if (BPF_SRC(i->code) == BPF_K && i->imm == INT_MIN &&
	    (op == BPF_ADD || op == BPF_SUB) && is_64(i))
		nfp_walk_say(w, NFP_RULE_JIT, NFP_HINT,
			     "adds the constant -2^31: the driver's JIT "
			     "negates it wrongly");
}

static void judge(struct nfp_walk *w, const struct nfp_scalar *dst,
		  const struct nfp_scalar *src)
{
	const struct bpf_insn *i = nfp_walk_insn(w);

	switch (BPF_OP(i->code)) {
	case BPF_MUL:
	case BPF_DIV:
		judge_factors(w, dst, src);
		break;
	case BPF_LSH:
	case BPF_RSH:
	case BPF_ARSH:
		judge_shift(w);
		break;
	default:
		judge_minimum(w);
		break;
	}
}

/* Adding an unknown number makes a new base, from which nothing is checked. */
static void add_variable(struct nfp_walk *w, struct nfp_reg *pointer,
			 const struct nfp_scalar *s, uint8_t op)
{
	if (s->max >= OFFSET_MAX) {
		bool nothing_known = s->max == UINT64_MAX && !s->min;

		nfp_walk_say(w, NFP_RULE_POINTER,
			     nothing_known ? NFP_REFUSED : NFP_UNDECIDED,
			     "adds a number without a known bound to a "
			     "pointer: mask or compare it first");
		*pointer = nfp_reg_anything();
		return;
	}
	pointer->s = nfp_scalar_alu(op, true, pointer->s, *s);
	if (pointer->kind == NFP_PACKET) {
		pointer->id = ++w->last_id;
		pointer->range = 0;
	}
	if (op == BPF_SUB) {
		nfp_walk_say(w, NFP_RULE_POINTER, NFP_UNDECIDED,
			     "subtracts a variable from a pointer");
		*pointer = nfp_reg_anything();
	}
}

static struct nfp_reg move_pointer(struct nfp_walk *w, struct nfp_reg pointer,
				   const struct nfp_scalar *s, uint8_t op)
{
	int64_t by = (int64_t)s->value;

	if (op == BPF_SUB)
		by = -by;
	if (!nfp_scalar_is_const(s))
		add_variable(w, &pointer, s, op);
	else if (by < OFFSET_MAX && by > -OFFSET_MAX &&
		 pointer.off + by < OFFSET_MAX &&
		 pointer.off + by > -OFFSET_MAX)
		pointer.off += (int32_t)by;
	else
		nfp_walk_say(w, NFP_RULE_POINTER, NFP_REFUSED,
			     "moves a pointer by more than 2^29 bytes");
	return pointer;
}

static const char *pointer_fault(const struct bpf_insn *i,
				 const struct nfp_reg *pointer,
				 bool pointer_is_dst)
{
	uint8_t op = BPF_OP(i->code);

	if (op != BPF_ADD && op != BPF_SUB)
		return "calculates with a pointer: only + and - are known";
	if (!is_64(i))
		return "calculates with 32 bits of a pointer";
	if (op == BPF_SUB && !pointer_is_dst)
		return "subtracts a pointer from a number";
	if (op == BPF_SUB && pointer->kind == NFP_STACK_PTR)
		return "subtracts from the stack pointer: add a negative";
	if (pointer->kind == NFP_VALUE_OR_NULL)
		return "calculates with a look-up's result before it is "
		       "compared with NULL";
	if (pointer->kind == NFP_PACKET_END || pointer->kind == NFP_MAP_PTR)
		return "calculates with data_end or a map";
	return NULL;
}

static struct nfp_reg calculate(struct nfp_walk *w, const struct nfp_reg *dst,
				const struct nfp_reg *src)
{
	const struct bpf_insn *i = nfp_walk_insn(w);
	bool dst_is_pointer = nfp_reg_is_pointer(dst);
	bool src_is_pointer = nfp_reg_is_pointer(src);
	const struct nfp_reg *pointer = dst_is_pointer ? dst : src;
	const char *fault;

	if (dst->kind == NFP_ANYTHING || src->kind == NFP_ANYTHING)
		return nfp_reg_anything();
	if (!dst_is_pointer && !src_is_pointer)
		return nfp_reg_scalar(nfp_scalar_alu(BPF_OP(i->code), is_64(i),
						     dst->s, src->s));
	/* Distances between pointers, and what forgets that it was one. */
	if ((BPF_OP(i->code) == BPF_SUB &&
	     ((dst_is_pointer && src_is_pointer) || !is_64(i))) ||
	    BPF_OP(i->code) == BPF_NEG || BPF_OP(i->code) == BPF_END)
		return nfp_reg_scalar(nfp_scalar_unknown());
	fault = dst_is_pointer && src_is_pointer
			? "calculates with two pointers: only - is known"
			: pointer_fault(i, pointer, dst_is_pointer);
	if (fault) {
		nfp_walk_say(w, NFP_RULE_POINTER, NFP_REFUSED, "%s", fault);
		return nfp_reg_anything();
	}
	return move_pointer(w, *pointer, dst_is_pointer ? &src->s : &dst->s,
			    BPF_OP(i->code));
}

static void move(struct nfp_walk *w)
{
	const struct bpf_insn *i = nfp_walk_insn(w);
	struct nfp_reg *dst = nfp_walk_reg(w, i->dst_reg), *src;
	struct nfp_use *use;

	if (BPF_SRC(i->code) == BPF_K) {
		*dst = nfp_reg_scalar(nfp_scalar_alu(
			BPF_MOV, is_64(i), nfp_scalar_unknown(),
			nfp_scalar_const((uint64_t)(int64_t)i->imm)));
		return;
	}
	src = nfp_walk_read(w, i->src_reg);
	use = src->use;
	if (is_64(i)) {
		if (src->kind == NFP_SCALAR && !src->id)
			src->id = ++w->last_id;
		*dst = *src;
	} else if (src->kind == NFP_SCALAR) {
		*dst = nfp_reg_scalar(
			nfp_scalar_alu(BPF_MOV, false, src->s, src->s));
	} else if (src->kind == NFP_ANYTHING) {
		*dst = *src;
	} else {
		*dst = nfp_reg_scalar(nfp_scalar_loaded(4));
	}
	dst->use = use;
}

/* Where it matters for the card, or for a pointer, how large a number is. */
static void need_numbers(struct nfp_walk *w, const struct nfp_reg *dst,
			 const struct nfp_reg *src)
{
	uint8_t op = BPF_OP(nfp_walk_insn(w)->code);
	bool factors = op == BPF_MUL || op == BPF_DIV;
	bool shift = op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH;

	if (shift || factors || nfp_reg_is_pointer(dst))
		nfp_use_need(src->use, NFP_NEED_NUMBER);
	if (factors || nfp_reg_is_pointer(src))
		nfp_use_need(dst->use, NFP_NEED_NUMBER);
}

void nfp_alu_step(struct nfp_walk *w)
{
	const struct bpf_insn *i = nfp_walk_insn(w);
	struct nfp_reg dst, src, result;

	if (i->dst_reg == 10) {
		nfp_walk_say(w, NFP_RULE_STACK, NFP_REFUSED,
			     "writes the frame pointer");
		return;
	}
	if (BPF_OP(i->code) == BPF_MOV) {
		move(w);
		return;
	}
	src = source(w);
	dst = *nfp_walk_read(w, i->dst_reg);
	need_numbers(w, &dst, &src);
	note_ranges(w, &dst.s, &src.s);
	if (dst.kind == NFP_SCALAR && src.kind == NFP_SCALAR)
		judge(w, &dst.s, &src.s);
	result = calculate(w, &dst, &src);
	/* Of these two Linux 6.1 knows nothing, whatever was there. */
	result.use = BPF_OP(i->code) == BPF_NEG || BPF_OP(i->code) == BPF_END
			     ? NULL
			     : nfp_use_join(&w->uses, dst.use, src.use);
	*nfp_walk_reg(w, i->dst_reg) = result;
}
