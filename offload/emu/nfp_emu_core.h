/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the emulator's own files. */
#ifndef NFP_EMU_CORE_H
#define NFP_EMU_CORE_H

#include "nfp_emu.h"
#include "nfp_emu_mutants.h"

/* A memory command and what it took from its issue. */
struct nfp_emu_issued {
	u64 word;
	u64 address;
	u32 override; /* the result before it, if it looks there */
};

/* The first failure stands. */
static inline void nfp_emu_fail(struct nfp_emu_thread *t, enum nfp_emu_end why)
{
	if (t->end == NFP_EMU_DONE)
		t->end = why;
}

static inline void nfp_emu_guessed(struct nfp_emu_thread *t,
				   enum nfp_emu_guess guess)
{
	t->guesses |= 1U << guess;
}

/* Slots that have passed, for what must not be used too early. */
static inline u64 nfp_emu_now(const struct nfp_emu_thread *t)
{
	return (u64)t->cost.instructions + t->cost.bubbles;
}

static inline void nfp_emu_result(struct nfp_emu_thread *t, u32 result)
{
	t->result = result;
	t->a_operand_sure = false;
}

/* nfp_emu_regs.c: operands by their encodings. */
enum nfp_emu_bank { NFP_EMU_A, NFP_EMU_B };

/* Where a result goes; an encoding without destination writes nothing. */
struct nfp_emu_dst {
	enum nfp_emu_bank bank;
	bool both;    /* banks */
	bool lm_high; /* pointers 2 and 3 */
};

bool nfp_emu_ur_is_immediate(u32 operand);
u32 nfp_emu_ur_read(struct nfp_emu_thread *t, u32 operand,
		    enum nfp_emu_bank bank, bool lm_high);
void nfp_emu_ur_write(struct nfp_emu_thread *t, u32 operand,
		      struct nfp_emu_dst dst, u32 value);
bool nfp_emu_re_is_immediate(u32 operand);
u32 nfp_emu_re_immediate(u32 operand, bool bit7);
u32 nfp_emu_re_read(struct nfp_emu_thread *t, u32 operand,
		    enum nfp_emu_bank bank, bool bit7, bool lm_high);
void nfp_emu_re_write(struct nfp_emu_thread *t, u32 operand,
		      struct nfp_emu_dst dst, u32 value);

/* nfp_emu_alu.c, nfp_emu_shift.c: an instruction each. */
void nfp_emu_alu(struct nfp_emu_thread *t, u64 word);
void nfp_emu_multiply(struct nfp_emu_thread *t, u64 word);
void nfp_emu_immediate(struct nfp_emu_thread *t, u64 word);
void nfp_emu_shift(struct nfp_emu_thread *t, u64 word);
void nfp_emu_field(struct nfp_emu_thread *t, u64 word);

/* nfp_emu_memory.c: issue takes the operands, complete does it. */
void nfp_emu_issue(struct nfp_emu_thread *t, u64 word,
		   struct nfp_emu_issued *issued);
void nfp_emu_complete(struct nfp_emu_thread *t, const struct nfp_emu_card *card,
		      const struct nfp_emu_issued *issued);

/* nfp_emu_branch.c: true if it jumps, to *target. */
bool nfp_emu_branch(struct nfp_emu_thread *t, u64 word, u32 *target);
bool nfp_emu_return(struct nfp_emu_thread *t, u64 word, u32 *target);

#endif
