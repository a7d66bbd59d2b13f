/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/bpf.h>

#include "cost_alu.h"

static bool packs(uint32_t imm)
{
	return !(imm & 0xffff0000) || !(imm & 0xff0000ff) ||
	       !(imm & 0x0000ffff);
}

/* wrp_immed() */
unsigned int nfp_cost_immediate(uint32_t imm)
{
	return packs(imm) || packs(~imm) ? 1 : 2;
}

/* ur_load_imm_any(): nothing if the operand itself can hold it. */
unsigned int nfp_cost_operand(uint32_t imm)
{
	return imm <= 0xff ? 0 : nfp_cost_immediate(imm);
}

/* re_load_imm_any() */
unsigned int nfp_cost_address(int off)
{
	return (uint32_t)off <= 0x7f ? 0 : nfp_cost_immediate((uint32_t)off);
}

/* wrp_alu_imm() on one half */
static unsigned int alu_half(uint8_t op, uint32_t imm)
{
	if (op == BPF_AND && (!imm || !~imm))
		return !imm;
	if ((op == BPF_OR || op == BPF_XOR) && (!imm || !~imm))
		return !!imm;
	return nfp_cost_operand(imm) + 1;
}

static unsigned int with_constant(const struct bpf_insn *i, bool is64)
{
	uint8_t op = BPF_OP(i->code);
	uint64_t imm = (uint64_t)(int64_t)i->imm;
	unsigned int cost;

	if ((op == BPF_ADD || op == BPF_SUB) && i->imm < 0)
		imm = -imm;
	cost = alu_half(op, (uint32_t)imm);
	if (is64)
		return cost + alu_half(op, (uint32_t)(imm >> 32));
	return cost;
}

static unsigned int multiplication(const struct bpf_insn *i,
				   const struct nfp_fact *fact)
{
	bool constant = BPF_SRC(i->code) == BPF_K;
	uint64_t factor = constant ? (uint32_t)i->imm : fact->max_src;
	unsigned int steps =
		fact->max_dst > UINT16_MAX || factor > UINT16_MAX ? 7 : 4;

	return steps + (constant ? nfp_cost_operand((uint32_t)i->imm) : 0);
}

struct reciprocal {
	uint64_t factor; /* beyond 32 bits: wide */
	unsigned int exponent;
};

/* Granlund, Montgomery: "Division by invariant integers", PLDI 1994. */
static struct reciprocal reciprocal(uint32_t d, unsigned int precision)
{
	unsigned int exponent = d > 1 ? 32 - (unsigned)__builtin_clz(d - 1) : 0;
	uint64_t low = (1ULL << (32 + exponent)) / d;
	uint64_t high = ((1ULL << (32 + exponent)) +
			 (1ULL << (32 + exponent - precision))) /
			d;

	for (unsigned int i = 0; i < exponent && low / 2 < high / 2; i++) {
		low /= 2;
		high /= 2;
	}
	return (struct reciprocal){ high, exponent };
}

/* wrp_div_imm(): a multiplication by the reciprocal, 32 by 32 bits. */
static unsigned int division(const struct bpf_insn *i,
			     const struct nfp_fact *fact)
{
	uint32_t d = BPF_SRC(i->code) == BPF_K ? (uint32_t)i->imm
					       : (uint32_t)fact->min_src;
	struct reciprocal r;
	unsigned int even = 0;

	if (!d || d > 1U << 31)
		return nfp_cost_operand(d) + 3;
	r = reciprocal(d, 32);
	if (d == 1U << r.exponent)
		return nfp_cost_operand((uint32_t)r.factor) + 1;
	if (r.factor > UINT32_MAX && !(d & 1)) {
		even = (unsigned)__builtin_ctz(d);
		r = reciprocal(d >> even, 32 - even);
	}
	return nfp_cost_operand((uint32_t)r.factor) + 7 +
	       (r.factor > UINT32_MAX ? 4 : 1 + !!even);
}

static unsigned int shift(const struct bpf_insn *i, const struct nfp_fact *fact,
			  bool is64)
{
	unsigned int sign = BPF_OP(i->code) == BPF_ARSH;
	unsigned int left = BPF_OP(i->code) == BPF_LSH;

	if (fact->min_src == fact->max_src) {
		if (!fact->min_src)
			return 0;
		return is64 ? 2 + sign : 1 + sign;
	}
	if (!is64)
		return 2;
	if (fact->max_src < 32)
		return 4 + left;
	return fact->min_src >= 32 ? 3 : 9 + left;
}

static unsigned int movement(const struct bpf_insn *i, uint32_t frame_depth,
			     bool is64)
{
	if (BPF_SRC(i->code) == BPF_K)
		return nfp_cost_immediate((uint32_t)i->imm) + 1;
	if (is64 && i->src_reg == 10)
		return nfp_cost_operand(frame_depth) + 2;
	return 2;
}

/* Operations whose upper half is cleared only if need be. */
static unsigned int plain(const struct bpf_insn *i, const struct nfp_fact *fact,
			  bool is64)
{
	switch (BPF_OP(i->code)) {
	case BPF_LSH:
	case BPF_RSH:
	case BPF_ARSH:
		return shift(i, fact, is64);
	case BPF_NEG:
		break;
	default:
		if (BPF_SRC(i->code) == BPF_K)
			return with_constant(i, is64);
	}
	return is64 ? 2 : 1;
}

unsigned int nfp_cost_alu(const struct bpf_insn *insn,
			  const struct nfp_fact *fact, uint32_t frame_depth,
			  bool zero_extend)
{
	bool is64 = BPF_CLASS(insn->code) == BPF_ALU64;

	switch (BPF_OP(insn->code)) {
	case BPF_MOV:
		return movement(insn, frame_depth, is64);
	case BPF_MUL:
		return multiplication(insn, fact);
	case BPF_DIV:
		return division(insn, fact);
	case BPF_END:
		return insn->imm == 64 ? 5 : 3;
	default:
		return plain(insn, fact, is64) + (!is64 && zero_extend);
	}
}
