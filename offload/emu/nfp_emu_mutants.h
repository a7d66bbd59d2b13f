/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Each decision of the emulator about what an instruction means can be turned
 * into a wrong one, to see whether the packet tests would notice.  Compiled in
 * with NFP_EMU_MUTATE only; else FLIP() is the right one and nothing more.
 */
#ifndef NFP_EMU_MUTANTS_H
#define NFP_EMU_MUTANTS_H

/* X(identifier, what is wrong) */
#define NFP_EMU_MUTANTS(X)                                                     \
	X(ADD, "add adds one more")                                            \
	X(ADD_2B, "add_2b adds all of its operand")                            \
	X(ADD_CARRY, "add with carry ignores the carry")                       \
	X(SUB, "subtraction is one short")                                     \
	X(SUB_CARRY, "subtraction with carry ignores the borrow")              \
	X(NOT, "not copies")                                                   \
	X(AND, "and is or")                                                    \
	X(AND_NOT_A, "the other operand of and-not is complemented")           \
	X(AND_NOT_B, "the other operand of and-not is complemented")           \
	X(OR, "or is exclusive")                                               \
	X(XOR, "exclusive or is inclusive")                                    \
	X(ALU_SWAP, "A and B operands of the ALU do not change places")        \
	X(NEGATIVE, "negative is the lowest bit")                              \
	X(ZERO, "zero is inverted")                                            \
	X(CARRY, "carry is inverted: borrow")                                  \
	X(OVERFLOW, "no overflow")                                             \
	X(LOGIC_CARRY, "logic sets carry")                                     \
	X(IMM_FLAGS, "immed clears carry")                                     \
	X(IMM_SHIFT, "the shift of an immediate is ignored")                   \
	X(IMM_INVERT, "the inversion of an immediate is ignored")              \
	X(IMM_HALF, "immed of a half clears the other half")                   \
	X(UR_IMMEDIATE, "immediates have 7 bits")                              \
	X(RE_IMMEDIATE, "bits 5 and 6 of a restricted immediate are "          \
			"taken from the wrong place")                          \
	X(RE_IMMEDIATE_BIT7, "bit 7 of a restricted immediate is lost")        \
	X(MUL_16, "a 16-bit multiplication takes 8 bits")                      \
	X(MUL_LOW, "the lower word of a product is 0")                         \
	X(MUL_HIGH, "the upper word of a product is 0")                        \
	X(SHIFT_ROTATE, "rotation does nothing")                               \
	X(SHIFT_RIGHT, "right shifts go one further")                          \
	X(SHIFT_LEFT, "left shifts by 32 less the amount")                     \
	X(SHIFT_DOUBLE, "a double shift takes no bits of the upper word")      \
	X(SHIFT_AND, "shift and and does not and")                             \
	X(SHIFT_OR, "shift and or does not or")                                \
	X(SHIFT_SWAP, "A and B operands of a shift do not change places")      \
	X(SHIFT_FLAGS, "a shift sets negative and zero inverted")              \
	X(SHIFT_CARRY, "a shift sets carry and overflow")                      \
	X(ASHR, "an arithmetic shift is a logical one")                        \
	X(ASHR_SIGN, "the sign is always positive")                            \
	X(INDIRECT, "an indirect shift is by 0")                               \
	X(INDIRECT_32, "an indirect double shift by 32 is one by 0")           \
	X(FIELD_MASK, "ld_field replaces all bytes")                           \
	X(FIELD_ZERO, "ld_field never clears the other bytes")                 \
	X(FIELD_KEEP, "ld_field always clears the other bytes")                \
	X(FIELD_ROTATE, "ld_field does not rotate")                            \
	X(FIELD_RIGHT, "ld_field does not shift right")                        \
	X(FIELD_LEFT, "ld_field shifts left by 32 less the amount")            \
	X(BANKS, "the banks of general registers are exchanged in reading")    \
	X(WRITE_BOTH, "a result never goes to both banks")                     \
	X(WRITE_BANK, "a result never goes to bank B alone")                   \
	X(TRANSFER_SPLIT, "transfer registers in and out are the same")        \
	X(LOCAL_OR, "the index into local memory is added")                    \
	X(LOCAL_POINTER, "pointer 1 is pointer 0")                             \
	X(LOCAL_HIGH, "pointers 2 and 3 are 0 and 1")                          \
	X(LOCAL_INCREMENT, "pointers do not advance")                          \
	X(POINTER_ALIGN, "pointers keep their low bits")                       \
	X(RANDOM, "the random number is 0")                                    \
	X(BR_EQUAL, "branches if not equal instead")                           \
	X(BR_NOT_EQUAL, "branches if equal instead")                           \
	X(BR_NEGATIVE, "branches if positive instead")                         \
	X(BR_CARRY, "branches if no carry instead")                            \
	X(BR_NO_CARRY, "branches if carry instead")                            \
	X(BR_GREATER_EQUAL, "signed comparison without overflow")              \
	X(BR_LESS, "signed comparison without overflow")                       \
	X(BR_BIT, "tests the next bit")                                        \
	X(BR_BIT_SET, "always tests for set")                                  \
	X(DEFER, "branches have no defer slots")                               \
	X(RETURN_ADDRESS, "helpers return one too far")                        \
	X(ADDRESS_32, "32-bit addresses ignore the offset")                    \
	X(ADDRESS_40, "40-bit addresses take the words the other way round")   \
	X(LENGTH_WORDS, "commands move one word")                              \
	X(LENGTH_BYTES, "commands move one byte less")                         \
	X(OVERRIDE_LENGTH, "the length in PREV_ALU is ignored")                \
	X(READ_ORDER, "words are read big-endian")                             \
	X(READ_BYTES_ORDER, "bytes are read little-endian")                    \
	X(WRITE_ORDER, "words are written big-endian")                         \
	X(SWAP_DEFER, "commands happen before their defer slots")              \
	X(ADD_WIDTH, "the atomic engine adds 32 bits")                         \
	X(ADD_IMMEDIATE, "the atomic engine adds 1, whatever was asked")       \
	X(ATOMIC_ORDER, "the atomic engine is little-endian")                  \
	X(ATOMIC_CARRY, "a 64-bit sum has no upper word")

#ifdef NFP_EMU_MUTATE
#include "nfp_emu.h"

#define NFP_EMU_MUTANT_(id, text) NFP_EMU_MUTANT_##id,
enum nfp_emu_mutant {
	NFP_EMU_MUTANT_NONE,
	NFP_EMU_MUTANTS(NFP_EMU_MUTANT_) NFP_EMU_MUTANTS_END
};
#undef NFP_EMU_MUTANT_

extern enum nfp_emu_mutant nfp_emu_mutant;

/* Notes that the decision came up; true if it is to be wrong. */
bool nfp_emu_flips(enum nfp_emu_mutant id, bool makes_a_difference);

#define FLIP(id, right, wrong)                                                 \
	({                                                                     \
		__typeof__(right) right_ = (right);                            \
		__typeof__(right) wrong_ = (wrong);                            \
                                                                               \
		nfp_emu_flips(NFP_EMU_MUTANT_##id, right_ != wrong_) ? wrong_  \
								     : right_; \
	})
#else
#define FLIP(id, right, wrong) (right)
#endif

#endif
