/* SPDX-License-Identifier: GPL-2.0-only */
/* NFP instructions of constants and of arithmetic. */
#ifndef NFP_COST_ALU_H
#define NFP_COST_ALU_H

#include "flow.h"

/* To load a constant into a register. */
unsigned int nfp_cost_immediate(uint32_t imm);
/* To make it an operand: none if it fits the instruction. */
unsigned int nfp_cost_operand(uint32_t imm);
/* The same for the offset of a memory command. */
unsigned int nfp_cost_address(int off);

/*
 * `zero_extend`: the upper half of the result must be cleared; `frame_depth`:
 * bytes of the function's stack, a multiple of 4.
 */
unsigned int nfp_cost_alu(const struct bpf_insn *insn,
			  const struct nfp_fact *fact, uint32_t frame_depth,
			  bool zero_extend);

#endif
