// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operands.  An instruction names its two sources by one field each: a general
 * register (the first field means bank A, the second bank B), a transfer
 * register, a word of local memory, or an immediate.  The encodings are those
 * of nfp_swreg_to_unreg() and nfp_swreg_to_rereg() in the driver's nfp_asm.c.
 *
 * Local memory is addressed by a pointer and a small index, which are ORed and
 * not added (mem_op_stack() in jit.c says so and arranges its pointers).
 */
#include "nfp_emu_core.h"

#define NO_DESTINATION_UR 0x300
#define NO_DESTINATION_RE 0x020

static u32 *local_word(struct nfp_emu_thread *t, u32 pointer, u32 index)
{
	u32 word = t->pointer[pointer] >> 2;

	word = FLIP(LOCAL_OR, word | index, word + index);
	if (nfp_emu_now(t) < t->pointer_ready[pointer])
		nfp_emu_guessed(t, NFP_EMU_GUESS_POINTER_DELAY);
	if (word >= NFP_EMU_LOCAL_WORDS) {
		nfp_emu_fail(t, NFP_EMU_E_REGISTER);
		word = 0;
	}
	return &t->local[word];
}

static u32 *ur_local(struct nfp_emu_thread *t, u32 operand, bool lm_high)
{
	u32 pointer = FLIP(LOCAL_POINTER, !!(operand & 0x20), 0) |
		      FLIP(LOCAL_HIGH, lm_high, 0) << 1;
	bool moves = operand & 0x10; /* and then has no index */
	u32 *word;

	/* A next-neighbour register: the JIT has no use for one. */
	if (operand & 0x80 || (moves && operand & 0x0e))
		nfp_emu_fail(t, NFP_EMU_E_REGISTER);
	word = local_word(t, pointer, moves ? 0 : operand & 0x0f);
	if (moves)
		t->pointer[pointer] +=
			operand & 1 ? -4U : FLIP(LOCAL_INCREMENT, 4U, 0);
	return word;
}

static u32 general(struct nfp_emu_thread *t, u32 operand,
		   enum nfp_emu_bank bank)
{
	u32 unknown = bank == NFP_EMU_A ? t->unknown_a : t->unknown_b;

	if (operand >= NFP_EMU_REGISTERS) {
		nfp_emu_fail(t, NFP_EMU_E_REGISTER);
		return 0;
	}
	if (unknown >> operand & 1)
		nfp_emu_guessed(t, NFP_EMU_GUESS_UNKNOWN_REGISTER);
	return FLIP(BANKS, bank == NFP_EMU_A, bank == NFP_EMU_B)
		       ? t->a[operand]
		       : t->b[operand];
}

static u32 transfer_in(struct nfp_emu_thread *t, u32 operand)
{
	u32 n = operand & 0x1f;

	if (t->unknown_in >> n & 1)
		nfp_emu_guessed(t, NFP_EMU_GUESS_UNKNOWN_REGISTER);
	return t->in[n];
}

static void set_general(struct nfp_emu_thread *t, u32 operand,
			struct nfp_emu_dst dst, u32 value)
{
	bool both = FLIP(WRITE_BOTH, dst.both, false);
	enum nfp_emu_bank bank = FLIP(WRITE_BANK, dst.bank, NFP_EMU_A);

	if (operand >= NFP_EMU_REGISTERS) {
		nfp_emu_fail(t, NFP_EMU_E_REGISTER);
		return;
	}
	if (both || bank == NFP_EMU_A) {
		t->a[operand] = value;
		t->unknown_a &= ~(1U << operand);
	}
	if (both || bank == NFP_EMU_B) {
		t->b[operand] = value;
		t->unknown_b &= ~(1U << operand);
	}
}

static void set_transfer_out(struct nfp_emu_thread *t, u32 operand, u32 value)
{
	u32 n = operand & 0x1f;

	t->out[n] = value;
	t->unknown_out &= ~(1U << n);
	if (FLIP(TRANSFER_SPLIT, false, true))
		t->in[n] = value;
}

bool nfp_emu_ur_is_immediate(u32 operand)
{
	return (operand & 0x300) == 0x300;
}

u32 nfp_emu_ur_read(struct nfp_emu_thread *t, u32 operand,
		    enum nfp_emu_bank bank, bool lm_high)
{
	if (nfp_emu_ur_is_immediate(operand))
		return FLIP(UR_IMMEDIATE, operand & 0xff, operand & 0x7f);
	if (operand & 0x200)
		return *ur_local(t, operand, lm_high);
	if ((operand & 0x1e0) == 0x180)
		return transfer_in(t, operand);
	return general(t, operand, bank);
}

void nfp_emu_ur_write(struct nfp_emu_thread *t, u32 operand,
		      struct nfp_emu_dst dst, u32 value)
{
	if (operand == NO_DESTINATION_UR)
		return;
	if (nfp_emu_ur_is_immediate(operand))
		nfp_emu_fail(t, NFP_EMU_E_REGISTER);
	else if (operand & 0x200)
		*ur_local(t, operand, dst.lm_high) = value;
	else if ((operand & 0x1e0) == 0x180)
		set_transfer_out(t, operand, value);
	else
		set_general(t, operand, dst, value);
}

bool nfp_emu_re_is_immediate(u32 operand)
{
	return operand & 0x20;
}

u32 nfp_emu_re_immediate(u32 operand, bool bit7)
{
	return (operand & 0x1f) |
	       FLIP(RE_IMMEDIATE, operand >> 1 & 0x60, operand & 0x60) |
	       FLIP(RE_IMMEDIATE_BIT7, bit7, 0) << 7;
}

u32 nfp_emu_re_read(struct nfp_emu_thread *t, u32 operand,
		    enum nfp_emu_bank bank, bool bit7, bool lm_high)
{
	if (nfp_emu_re_is_immediate(operand))
		return nfp_emu_re_immediate(operand, bit7);
	if ((operand & 0xe0) == 0x80)
		return transfer_in(t, operand);
	if ((operand & 0xf0) == 0x50)
		return *local_word(t, lm_high * 2 + !!(operand & 8),
				   operand & 7);
	return general(t, operand, bank);
}

void nfp_emu_re_write(struct nfp_emu_thread *t, u32 operand,
		      struct nfp_emu_dst dst, u32 value)
{
	if (operand == NO_DESTINATION_RE)
		return;
	if (nfp_emu_re_is_immediate(operand))
		nfp_emu_fail(t, NFP_EMU_E_REGISTER);
	else if ((operand & 0xe0) == 0x80)
		set_transfer_out(t, operand, value);
	else if ((operand & 0xf0) == 0x50)
		*local_word(t, dst.lm_high * 2 + !!(operand & 8), operand & 7) =
			value;
	else
		set_general(t, operand, dst, value);
}
