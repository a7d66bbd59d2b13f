/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts what each callback of the driver's jit.c emits.  An NFP instruction
 * works on 32 bits, so a BPF instruction of 64 bits takes two; constants beyond
 * 8 bits (7 for addresses) are loaded first, with one instruction or two; the
 * upper half of a 32-bit result is cleared only where somebody reads it.
 *
 * Not exact: which upper halves the verifier finds unread, and the numbers that
 * the card gives to maps.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>

#include "cost.h"
#include "cost_alu.h"
#include "depth.h"
#include "opcode.h"
#include "fuse.h"
#include "live.h"
#include "cost_stack.h"

#define INTRO	      2
#define OUTRO	      13
#define PREFETCH_NOPS 8	 /* NFP_USTORE_PREFETCH_WINDOW */
#define SAVE_REGS     18 /* push and pop of R6 to R9, one copy of each */

struct cost {
	const struct nfp_object *object;
	const struct nfp_facts *facts;
	struct nfp_live *live;
	struct nfp_fusion *fusion;
	size_t pc;
};

/* The upper half of this instruction's 32-bit result has to be cleared. */
static unsigned int zero_extend(const struct cost *c)
{
	int reg = nfp_live_narrow_def(&c->object->insns[c->pc].bpf);

	return reg >= 0 && c->pc + 1 < c->object->insn_count &&
	       c->live[c->pc + 1].wide & 1U << reg;
}

static uint32_t frame_depth(const struct cost *c)
{
	uint32_t depth = nfp_depth_frame(c->object, c->facts,
					 c->object->insns[c->pc].function);

	return (depth + 3) / 4 * 4;
}

static unsigned int arithmetic(const struct cost *c, const struct bpf_insn *i)
{
	/* nfp_bpf_opt_reg_init(): R6 = R1 at the start */
	if (!c->pc && i->code == (BPF_ALU64 | BPF_MOV | BPF_X) &&
	    i->src_reg == 1 && i->dst_reg == 6)
		return 0;
	return nfp_cost_alu(i, &c->facts->insn[c->pc], frame_depth(c),
			    zero_extend(c));
}

static unsigned int compare(const struct bpf_insn *i, bool is64)
{
	uint8_t op = BPF_OP(i->code);
	uint64_t imm = (uint64_t)(int64_t)i->imm;

	if (BPF_SRC(i->code) == BPF_X)
		return is64 ? 3 : 2;
	if (i->imm < 0 && (op == BPF_JGE || op == BPF_JSGE || op == BPF_JLT ||
			   op == BPF_JSLT))
		imm = (uint64_t)(int64_t)(int32_t)(0U - (uint32_t)i->imm);
	return nfp_cost_operand((uint32_t)imm) + 2 +
	       (is64 ? nfp_cost_operand((uint32_t)(imm >> 32)) + 1 : 0);
}

static unsigned int equality(const struct bpf_insn *i, bool is64)
{
	uint32_t low = (uint32_t)i->imm;
	uint32_t high = i->imm < 0 ? UINT32_MAX : 0;
	bool equal = BPF_OP(i->code) == BPF_JEQ;

	if (BPF_SRC(i->code) == BPF_X)
		return is64 ? 4 : 2;
	if (!equal && !low)
		return 2;
	if (!is64)
		return nfp_cost_operand(low) + 2;
	if (!equal)
		return nfp_cost_operand(low) + nfp_cost_operand(high) + 4;
	return (low ? nfp_cost_operand(low) + 1 : 0) +
	       (high ? nfp_cost_operand(high) + 1 : 0) + 2;
}

static unsigned int bit_test(const struct bpf_insn *i, bool is64)
{
	if (BPF_SRC(i->code) == BPF_X)
		return is64 ? 4 : 2;
	return nfp_cost_operand((uint32_t)i->imm) + 2 + (is64 && i->imm < 0);
}

static unsigned int helper(const struct cost *c, const struct bpf_insn *i)
{
	const struct nfp_fact *fact = &c->facts->insn[c->pc];
	uint32_t depth = frame_depth(c);
	bool moved = fact->off_varies || (int32_t)depth + fact->off;

	switch (i->imm) {
	case BPF_FUNC_xdp_adjust_head:
		return c->facts->adjust_head_slow ? 16 : 5;
	case BPF_FUNC_xdp_adjust_tail:
		return 11;
	case BPF_FUNC_get_prandom_u32:
	case BPF_FUNC_perf_event_output:
		return 3;
	case BPF_FUNC_map_update_elem:
		return 4 + (moved ? 5 : 0);
	default:
		return 3 + (moved ? 5 : 0);
	}
}

/* bpf_to_bpf_call() */
static unsigned int function_call(const struct cost *c,
				  const struct bpf_insn *i)
{
	const struct nfp_object *o = c->object;
	size_t callee = o->insns[c->pc + 1 + (size_t)(ssize_t)i->imm].function;
	uint32_t depth = (frame_depth(c) + NFP_DEPTH_ALIGN - 1) /
			 NFP_DEPTH_ALIGN * NFP_DEPTH_ALIGN;

	return (nfp_depth_saves(o, callee) ? 3 : 2) +
	       (depth ? 2 * nfp_cost_operand(depth) + 7 : 0);
}

static unsigned int jump_cost(const struct cost *c, const struct bpf_insn *i)
{
	bool is64 = BPF_CLASS(i->code) == BPF_JMP;

	switch (BPF_OP(i->code)) {
	case BPF_JA:
		return 1;
	case BPF_EXIT:
		return c->object->insns[c->pc].function ? 2 : 1;
	case BPF_CALL:
		return i->src_reg == BPF_PSEUDO_CALL ? function_call(c, i)
						     : helper(c, i);
	case BPF_JEQ:
	case BPF_JNE:
		return equality(i, is64);
	case BPF_JSET:
		return bit_test(i, is64);
	default:
		return compare(i, is64);
	}
}

/* nfp_cpp_memcpy() */
static unsigned int copy_cost(const struct cost *c)
{
	const struct nfp_fusion *f = &c->fusion[c->pc];
	int len = f->copy_bytes, words = (len + 3) / 4;
	unsigned int cost =
		nfp_cost_address(f->copy_from) + 1 + (unsigned int)words;

	if (c->facts->insn[c->pc].kind == NFP_VALUE && f->copy_from)
		cost += 2;
	if (len > 32)
		cost++;
	cost += nfp_cost_address(f->copy_to) + 1;
	if (len > 8 && (len > 32 || len % 4) &&
	    (len % 4 == 0 || len <= 32 || len > 40))
		cost++;
	if (len > 32 && len % 4)
		cost += nfp_cost_address(f->copy_to + 32) + 1;
	return cost + 2; /* the register that was loaded last */
}

/* mem_ldx_data_from_pktcache(), and the read itself for the first. */
static unsigned int packet_load(const struct cost *c, const struct bpf_insn *i)
{
	const struct nfp_fusion *f = &c->fusion[c->pc];
	int off = i->off - f->read_start, size = (int)nfp_opcode_bytes(i);
	unsigned int cost = 0;

	if (f->reads)
		cost += nfp_cost_address(f->read_start) + 1 +
			(f->read_end - f->read_start > 32);
	if (size == 8)
		return cost + (off % 4 ? 4 : 2);
	return cost + 1 + (off % 4 + size > 4) + zero_extend(c);
}

static unsigned int load_cost(const struct cost *c, const struct bpf_insn *i)
{
	const struct nfp_fact *fact = &c->facts->insn[c->pc];
	unsigned int size = nfp_opcode_bytes(i);

	if (c->fusion[c->pc].copy_bytes)
		return copy_cost(c);
	switch (fact->kind) {
	case NFP_PACKET:
		return packet_load(c, i);
	case NFP_VALUE:
		return nfp_cost_address(i->off) + (i->off ? 2 : 0) + 1 +
		       (size == 8 ? 2 : 1 + zero_extend(c));
	case NFP_STACK_PTR:
		return nfp_cost_stack(c->object, c->facts, c->pc,
				      frame_depth(c), zero_extend(c));
	default:
		return 2;
	}
}

/* mem_xadd() */
static unsigned int atomic_cost(const struct cost *c, const struct bpf_insn *i)
{
	const struct nfp_fact *fact = &c->facts->insn[c->pc];
	unsigned int cost = nfp_cost_operand((uint32_t)i->off);

	if (i->off)
		cost += 2;
	if (fact->add_small)
		cost += 3;
	if (fact->add_large)
		cost += nfp_opcode_bytes(i) == 8 ? 3 : 2;
	if (fact->add_small && fact->add_large)
		cost += 5;
	return cost;
}

static unsigned int store_cost(const struct cost *c, const struct bpf_insn *i)
{
	switch (c->facts->insn[c->pc].kind) {
	case NFP_PACKET:
		return nfp_cost_address(i->off) +
		       (nfp_opcode_bytes(i) + 3) / 4 + 1;
	case NFP_STACK_PTR:
		return nfp_cost_stack(c->object, c->facts, c->pc,
				      frame_depth(c), false);
	default:
		return 5; /* nfp_queue_select() */
	}
}

static unsigned int constant_cost(const struct cost *c,
				  const struct bpf_insn *i)
{
	uint32_t low = (uint32_t)i->imm, high;

	if (c->object->insns[c->pc].symbol == NFP_SYMBOL_MAP)
		return 2;
	high = (uint32_t)c->object->insns[c->pc + 1].bpf.imm;
	return nfp_cost_immediate(low) +
	       (low == high ? 1 : nfp_cost_immediate(high));
}

static unsigned int insn_cost(const struct cost *c)
{
	const struct bpf_insn *i = &c->object->insns[c->pc].bpf;
	bool atomic = BPF_MODE(i->code) == BPF_ATOMIC;

	if (!c->facts->insn[c->pc].seen || c->fusion[c->pc].is_skipped)
		return 0;
	switch (BPF_CLASS(i->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return arithmetic(c, i);
	case BPF_JMP:
	case BPF_JMP32:
		return jump_cost(c, i);
	case BPF_LD:
		return constant_cost(c, i);
	case BPF_LDX:
		return load_cost(c, i);
	default:
		return atomic ? atomic_cost(c, i) : store_cost(c, i);
	}
}

int nfp_cost_estimate(const struct nfp_object *object,
		      const struct nfp_facts *facts, struct nfp_report *report,
		      unsigned int *per_insn)
{
	struct cost c = { .object = object, .facts = facts };
	unsigned int total = INTRO + OUTRO + PREFETCH_NOPS, one;
	bool saves = false;
	int result = -ENOMEM;

	c.live = nfp_live_compute(object);
	c.fusion = nfp_fuse(object, facts, report);
	if (!c.live || !c.fusion)
		goto out;
	for (c.pc = 0; c.pc < object->insn_count; c.pc++) {
		one = insn_cost(&c);
		if (per_insn)
			per_insn[c.pc] = one;
		total += one;
	}
	for (size_t f = 1; f < object->function_count; f++) {
		total++; /* saves the return address */
		saves |= nfp_depth_saves(object, f);
	}
	result = (int)(total + (saves ? SAVE_REGS : 0));
out:
	free(c.live);
	free(c.fusion);
	return result;
}
