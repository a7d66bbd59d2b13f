/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fields of an instruction word.  Positions and numbers are those of the
 * driver's nfp_asm.h (OP_*, enum *_op); which combinations occur is read from
 * the emit_*() functions of its bpf/jit.c.  binutils (opcodes/nfp-dis.c) has
 * the same layout and was used to tell reserved bits.
 *
 * Bits 0-44 are the instruction, 45-51 a code over them.
 */
#ifndef NFP_EMU_WORD_H
#define NFP_EMU_WORD_H

#include "nfp_emu.h"

#define NFP_WORD_BITS 45

static inline u32 nfp_field(u64 word, unsigned int low, unsigned int width)
{
	return (u32)(word >> low) & (u32)((1ULL << width) - 1);
}

#define BITS(low, width) (((1ULL << (width)) - 1) << (low))

/* Unrestricted operands, 10 bits: alu, immed, mul, local_csr_wr, rtn. */
#define UR_A(w) nfp_field(w, 0, 10)
#define UR_B(w) nfp_field(w, 10, 10)

/* Restricted operands, 8 bits: shf, ld_field, br_bset, memory commands. */
#define RE_A(w) nfp_field(w, 0, 8)
#define RE_B(w) nfp_field(w, 10, 8)

/* The same place in every class that has them. */
#define WRITES_BOTH(w) nfp_field(w, 41, 1) /* banks A and B */
#define SRC_LM_HIGH(w) nfp_field(w, 42, 1) /* pointers 2 and 3 */
#define DST_LM_HIGH(w) nfp_field(w, 43, 1)
#define DEFER(w)       nfp_field(w, 20, 2) /* slots run before a jump */
#define TARGET(w)      (nfp_field(w, 22, 13) | nfp_field(w, 40, 1) << 13)
#define CLASS(w)       nfp_field(w, 37, 3) /* below 4: a command */
#define COMMON_BITS    BITS(41, 3)

enum {
	CLASS_SHIFT = 4,
	CLASS_ALU = 5,
	CLASS_FIELD_BRANCH = 6,
	CLASS_OTHER = 7
};

#define ALU_DST(w)   nfp_field(w, 20, 10)
#define ALU_SWAP(w)  nfp_field(w, 30, 1) /* A and B operand change places */
#define ALU_OP(w)    nfp_field(w, 31, 5)
#define ALU_DST_B(w) nfp_field(w, 36, 1)
#define ALU_BITS     (BITS(0, 40) | COMMON_BITS)

enum alu_op {
	ALU_NONE = 0x00,
	ALU_ADD = 0x01,
	ALU_NOT = 0x04,
	ALU_ADD_2B = 0x05,
	ALU_AND = 0x08,
	ALU_AND_NOT_A = 0x0c,
	ALU_SUB_CARRY = 0x0d,
	ALU_AND_NOT_B = 0x10,
	ALU_ADD_CARRY = 0x11,
	ALU_OR = 0x14,
	ALU_SUB = 0x15,
	ALU_XOR = 0x18,
};

#define SHF_KIND(w)   nfp_field(w, 8, 2)
#define SHF_I8(w)     nfp_field(w, 18, 1) /* bit 7 of an immediate */
#define SHF_SWAP(w)   nfp_field(w, 19, 1)
#define SHF_DST(w)    nfp_field(w, 20, 8)
#define SHF_AMOUNT(w) nfp_field(w, 28, 5)
#define SHF_OP(w)     nfp_field(w, 33, 3)
#define SHF_DST_B(w)  nfp_field(w, 36, 1)
#define SHF_BITS      (BITS(0, 40) | COMMON_BITS)

enum shf_kind { SHF_ROTATE, SHF_RIGHT, SHF_LEFT, SHF_DOUBLE };
enum shf_op { SHF_NONE = 0, SHF_AND = 2, SHF_OR = 5, SHF_ARITHMETIC = 6 };

/* ld_field has the shifter's operands; one of its sources is what it fills. */
#define LDF_ZERO(w) nfp_field(w, 20, 1)
#define LDF_MASK(w) nfp_field(w, 24, 4)
#define LDF_BITS    (BITS(0, 21) | BITS(24, 9) | BITS(38, 2) | COMMON_BITS)

#define IMM_VALUE_HIGH(w) nfp_field(w, 20, 8)
#define IMM_WIDTH(w)	  nfp_field(w, 29, 2)
#define IMM_INVERT(w)	  nfp_field(w, 31, 1)
#define IMM_SHIFT(w)	  nfp_field(w, 33, 2) /* in bytes */
#define IMM_BITS                                                               \
	(BITS(0, 28) | BITS(29, 3) | BITS(33, 2) | BITS(36, 4) | COMMON_BITS)
enum { IMM_WHOLE = 0, IMM_HALF = 2 };

#define MUL_STEP(w)  nfp_field(w, 20, 3)
#define MUL_DST_B(w) nfp_field(w, 23, 1)
#define MUL_SWAP(w)  nfp_field(w, 30, 1)
#define MUL_TYPE(w)  nfp_field(w, 31, 2)
#define MUL_BITS     (BITS(0, 24) | BITS(30, 3) | BITS(35, 5) | COMMON_BITS)
enum { MUL_START = 0, MUL_16X16 = 2, MUL_32X32 = 3 };
enum { MUL_LAST = 4, MUL_LAST_2 = 5 };

#define CSR_WRITES(w)  nfp_field(w, 21, 1)
#define CSR_ADDRESS(w) (nfp_field(w, 22, 11) * 4)
#define CSR_BITS       (BITS(0, 20) | BITS(21, 12) | BITS(34, 6) | COMMON_BITS)
enum {
	CSR_POINTER_0 = 0x64,
	CSR_POINTER_1 = 0x6c,
	CSR_POINTER_2 = 0x94,
	CSR_POINTER_3 = 0x9c,
	CSR_RANDOM = 0x148,
};

/* br: everything but condition, kind, defer and target is constant. */
#define BR_CONDITION(w)	  nfp_field(w, 0, 5)
#define BR_CONDITIONAL(w) nfp_field(w, 8, 2)
#define BR_FIXED_BITS	  (BITS(5, 3) | BITS(10, 10) | BITS(35, 5) | BITS(41, 4))
#define BR_FIXED	  (0x0d800000020ULL | 2ULL << 14)
enum br_condition {
	BR_EQUAL = 0x00,
	BR_NOT_EQUAL = 0x01,
	BR_NEGATIVE = 0x02,
	BR_CARRY = 0x04,
	BR_NO_CARRY = 0x05,
	BR_GREATER_EQUAL = 0x08,
	BR_LESS = 0x09,
	BR_ALWAYS = 0x18,
};

/* br_bset, br_bclr: the bit is named by the rotation that makes it the sign. */
#define BR_BIT_SET(w) nfp_field(w, 18, 1)
#define BR_BIT_FIXED_BITS                                                      \
	(BITS(8, 2) | BITS(19, 1) | BITS(35, 5) | BITS(41, 1) | BITS(43, 2))
#define BR_BIT_FIXED 0x0d000000000ULL

/* rtn: jumps to the address in a register. */
#define RTN_FIXED_BITS (BITS(22, 20) | BITS(44, 1))
#define RTN_FIXED      0x0e800000000ULL

#define CMD_SWAP(w)	nfp_field(w, 8, 2) /* slots before the thread waits */
#define CMD_TOKEN(w)	nfp_field(w, 18, 2)
#define CMD_TRANSFER(w) nfp_field(w, 20, 5) /* first transfer register */
#define CMD_LENGTH(w)	nfp_field(w, 25, 3) /* less one */
#define CMD_SIGNAL(w)	nfp_field(w, 28, 4)
#define CMD_TARGET(w)	nfp_field(w, 32, 7)
#define CMD_INDIRECT(w) nfp_field(w, 41, 1) /* PREV_ALU overrides fields */
#define CMD_MODE(w)	nfp_field(w, 42, 3)
#define CMD_BITS	(BITS(0, 40) | BITS(41, 4))
enum { CMD_NO_SWAP = 3 };
enum { CMD_40_AB = 0, CMD_40_BA = 1, CMD_32 = 4 };

#endif
