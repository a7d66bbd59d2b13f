/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * instr_cb[] in the driver's jit.c is the table of what it knows.  It is
 * -mcpu=v3 without modulo and without swaps to little endian; signed division,
 * sign-extending moves and loads, and long jumps are -mcpu=v4, which hides the
 * former two in reserved fields of older instructions.
 */
#include <stddef.h>
#include <stdint.h>

#include "opcode.h"

static const struct nfp_opcode_fault modulo = {
	NFP_RULE_DIVIDE,
	"a modulo: the card has none; use & with a power of two, or x - x / C "
	"* C",
	true,
};
static const struct nfp_opcode_fault swap = {
	NFP_RULE_INSTRUCTION,
	"a byte swap that the card does not have: use bpf_htons() and its like",
	true,
};
static const struct nfp_opcode_fault newer = {
	NFP_RULE_INSTRUCTION,
	"an instruction newer than -mcpu=v3: compile with -mcpu=v3",
	false,
};
static const struct nfp_opcode_fault legacy = {
	NFP_RULE_INSTRUCTION,
	"a packet access of classic BPF, which XDP does not have: use "
	"ctx->data",
	false,
};

static const struct nfp_opcode_fault *alu_fault(const struct bpf_insn *i)
{
	bool is64 = BPF_CLASS(i->code) == BPF_ALU64;

	if (i->off || BPF_OP(i->code) > BPF_END)
		return &newer;
	switch (BPF_OP(i->code)) {
	case BPF_MOD:
		return &modulo;
	case BPF_END:
		if (is64)
			return &newer;
		return BPF_SRC(i->code) == BPF_TO_BE ? NULL : &swap;
	case BPF_NEG:
		return BPF_SRC(i->code) == BPF_K ? NULL : &newer;
	default:
		return NULL;
	}
}

static const struct nfp_opcode_fault *jump_fault(const struct bpf_insn *i)
{
	uint8_t op = BPF_OP(i->code);
	bool plain = op == BPF_JA || op == BPF_CALL || op == BPF_EXIT;

	if (op > BPF_JSLE || (plain && (BPF_CLASS(i->code) == BPF_JMP32 ||
					BPF_SRC(i->code) == BPF_X)))
		return &newer;
	return NULL;
}

static const struct nfp_opcode_fault *memory_fault(const struct bpf_insn *i)
{
	uint8_t mode = BPF_MODE(i->code), class = BPF_CLASS(i->code);

	if (mode == BPF_MEM)
		return NULL;
	if (mode == BPF_ATOMIC && class == BPF_STX &&
	    (BPF_SIZE(i->code) == BPF_W || BPF_SIZE(i->code) == BPF_DW))
		return NULL;
	return &newer;
}

const struct nfp_opcode_fault *nfp_opcode_fault(const struct bpf_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return alu_fault(insn);
	case BPF_JMP:
	case BPF_JMP32:
		return jump_fault(insn);
	case BPF_LD:
		return insn->code == (BPF_LD | BPF_IMM | BPF_DW) ? NULL
								 : &legacy;
	default:
		return memory_fault(insn);
	}
}

int nfp_opcode_bytes(const struct bpf_insn *insn)
{
	static const uint8_t bytes[] = { 4, 2, 1, 8 };

	return bytes[BPF_SIZE(insn->code) >> 3];
}
