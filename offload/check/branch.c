/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Conditions: which way they can go, and what is known on either way.  Three
 * kinds teach something: a number against a constant, a packet pointer against
 * data_end, a look-up's result against NULL.
 */
#include <linux/bpf.h>

#include "walk.h"

/* MAX_PACKET_OFF in kernel/bpf/verifier.c. */
#define PACKET_MAX 0xffff

static bool is_64(const struct bpf_insn *i)
{
	return BPF_CLASS(i->code) == BPF_JMP;
}

/* The constant that the branch compares with, if it does. */
static bool constant(const struct bpf_insn *i, const struct nfp_frame *frame,
		     uint64_t *value)
{
	const struct nfp_reg *src = &frame->reg[i->src_reg];

	if (BPF_SRC(i->code) == BPF_K) {
		*value = (uint64_t)(int64_t)i->imm;
		return true;
	}
	*value = src->s.value;
	return src->kind == NFP_SCALAR && nfp_scalar_is_const(&src->s);
}

static bool is_null_check(const struct bpf_insn *i)
{
	uint8_t op = BPF_OP(i->code);

	return BPF_SRC(i->code) == BPF_K && !i->imm &&
	       (op == BPF_JEQ || op == BPF_JNE);
}

int nfp_branch_decide(const struct nfp_walk *w)
{
	const struct bpf_insn *i = nfp_walk_insn(w);
	const struct nfp_frame *frame = nfp_state_top(w->state);
	const struct nfp_reg *dst = &frame->reg[i->dst_reg];
	uint64_t value;

	if (dst->kind == NFP_VALUE && is_null_check(i))
		return BPF_OP(i->code) == BPF_JNE;
	if (dst->kind == NFP_SCALAR && constant(i, frame, &value))
		return nfp_scalar_branch(BPF_OP(i->code), is_64(i), &dst->s,
					 value);
	return -1;
}

/* Same id: the same number, or the result of the same look-up. */
struct same {
	enum nfp_kind kind;
	uint32_t id;
	struct nfp_reg becomes;
	uint32_t range;
};

static void set_number(struct nfp_reg *reg, void *arg)
{
	const struct same *same = arg;

	if (reg->kind == NFP_SCALAR && reg->id == same->id)
		reg->s = same->becomes.s;
}

static void learn_number(const struct bpf_insn *i, struct nfp_state *state,
			 bool taken, uint64_t value)
{
	struct nfp_reg *dst = &nfp_state_top(state)->reg[i->dst_reg];
	struct same same = { .id = dst->id };

	nfp_scalar_learn(BPF_OP(i->code), is_64(i), taken, &dst->s, value);
	same.becomes = *dst;
	if (same.id)
		nfp_state_each(state, set_number, &same);
}

static void set_lookup(struct nfp_reg *reg, void *arg)
{
	const struct same *same = arg;

	if (reg->kind != NFP_VALUE_OR_NULL || reg->id != same->id)
		return;
	if (same->kind == NFP_VALUE) {
		reg->kind = NFP_VALUE;
		reg->id = 0;
	} else {
		struct nfp_use *use = reg->use;

		*reg = nfp_reg_scalar(nfp_scalar_const(0));
		reg->use = use;
	}
}

static void learn_null(const struct bpf_insn *i, struct nfp_state *state,
		       bool taken)
{
	bool is_null = taken == (BPF_OP(i->code) == BPF_JEQ);
	struct same same = {
		.kind = is_null ? NFP_SCALAR : NFP_VALUE,
		.id = nfp_state_top(state)->reg[i->dst_reg].id,
	};

	nfp_state_each(state, set_lookup, &same);
}

static void set_range(struct nfp_reg *reg, void *arg)
{
	const struct same *same = arg;

	if (reg->kind == NFP_PACKET && reg->id == same->id &&
	    reg->range < same->range)
		reg->range = (uint16_t)same->range;
}

static uint8_t mirrored(uint8_t op)
{
	switch (op) {
	case BPF_JGT:
		return BPF_JLT;
	case BPF_JLT:
		return BPF_JGT;
	case BPF_JGE:
		return BPF_JLE;
	case BPF_JLE:
		return BPF_JGE;
	default:
		return op;
	}
}

/* On this way `packet` is known to be <= data_end, or even below it. */
static void learn_packet(struct nfp_state *state, const struct nfp_reg *packet,
			 uint8_t op, bool taken)
{
	struct same same = { .id = packet->id };
	bool below = taken ? op == BPF_JLT : op == BPF_JGE;

	if (!below && op != (taken ? BPF_JLE : BPF_JGT))
		return;
	if (packet->off < 0 || (!packet->off && below) ||
	    packet->s.max + (uint64_t)packet->off > PACKET_MAX)
		return;
	same.range = (uint32_t)packet->off + below;
	nfp_state_each(state, set_range, &same);
}

void nfp_branch_learn(const struct nfp_walk *w, struct nfp_state *state,
		      bool taken)
{
	const struct bpf_insn *i = nfp_walk_insn(w);
	struct nfp_frame *frame = nfp_state_top(state);
	struct nfp_reg dst = frame->reg[i->dst_reg];
	struct nfp_reg src = frame->reg[i->src_reg];
	uint64_t value;

	if (dst.kind == NFP_SCALAR) {
		if (constant(i, frame, &value))
			learn_number(i, state, taken, value);
	} else if (dst.kind == NFP_VALUE_OR_NULL) {
		if (is_64(i) && is_null_check(i))
			learn_null(i, state, taken);
	} else if (is_64(i) && BPF_SRC(i->code) == BPF_X) {
		if (dst.kind == NFP_PACKET && src.kind == NFP_PACKET_END)
			learn_packet(state, &dst, BPF_OP(i->code), taken);
		else if (dst.kind == NFP_PACKET_END && src.kind == NFP_PACKET)
			learn_packet(state, &src, mirrored(BPF_OP(i->code)),
				     taken);
	}
}
