// SPDX-License-Identifier: GPL-2.0-only
/*
 * Branches.  Conditions are enum br_mask in nfp_asm.h; that "lower" is "no
 * carry" and "higher or same" is carry follows from cmp_reg() and cmp_imm().
 */
#include "nfp_emu_core.h"
#include "nfp_emu_word.h"

/* Carry and overflow are believed of sums only, the others of logic too. */
static void check_flags(struct nfp_emu_thread *t, bool only_zero_negative)
{
	switch (t->setter) {
	case NFP_EMU_BY_SUM:
		break;
	case NFP_EMU_BY_LOGIC:
		if (!only_zero_negative)
			nfp_emu_guessed(t, NFP_EMU_GUESS_LOGIC_CARRY);
		break;
	case NFP_EMU_BY_SHIFT:
		nfp_emu_guessed(t, NFP_EMU_GUESS_SHIFT_FLAGS);
		break;
	case NFP_EMU_BY_FIELD:
		nfp_emu_guessed(t, NFP_EMU_GUESS_FIELD_FLAGS);
		break;
	case NFP_EMU_BY_HELPER:
		nfp_emu_guessed(t, NFP_EMU_GUESS_HELPER_FLAGS);
		break;
	}
}

static bool holds(struct nfp_emu_thread *t, enum br_condition condition)
{
	if (condition != BR_ALWAYS)
		check_flags(t, condition <= BR_NEGATIVE);
	switch (condition) {
	case BR_EQUAL:
		return FLIP(BR_EQUAL, t->zero, !t->zero);
	case BR_NOT_EQUAL:
		return FLIP(BR_NOT_EQUAL, !t->zero, t->zero);
	case BR_NEGATIVE:
		return FLIP(BR_NEGATIVE, t->negative, !t->negative);
	case BR_CARRY:
		return FLIP(BR_CARRY, t->carry, !t->carry);
	case BR_NO_CARRY:
		return FLIP(BR_NO_CARRY, !t->carry, t->carry);
	case BR_GREATER_EQUAL:
		return FLIP(BR_GREATER_EQUAL, t->negative == t->overflow,
			    !t->negative);
	case BR_LESS:
		return FLIP(BR_LESS, t->negative != t->overflow, t->negative);
	case BR_ALWAYS:
		return true;
	}
	nfp_emu_fail(t, NFP_EMU_E_WORD);
	return false;
}

/* emit_br_bit_relo(): bit n is named n + 1, by what rotates it to the top. */
static bool bit_is(struct nfp_emu_thread *t, u64 word)
{
	bool in_b = nfp_emu_re_is_immediate(RE_A(word));
	u32 value = nfp_emu_re_read(t, in_b ? RE_B(word) : RE_A(word),
				    in_b ? NFP_EMU_B : NFP_EMU_A, false,
				    SRC_LM_HIGH(word));
	u32 n = nfp_emu_re_immediate(in_b ? RE_A(word) : RE_B(word), false);

	n = FLIP(BR_BIT, n - 1, n) & 31;
	return (value >> n & 1) == FLIP(BR_BIT_SET, BR_BIT_SET(word), 1);
}

bool nfp_emu_branch(struct nfp_emu_thread *t, u64 word, u32 *target)
{
	bool takes, always = false;

	if ((word & BR_FIXED_BITS) == BR_FIXED) {
		always = BR_CONDITION(word) == BR_ALWAYS;
		if (BR_CONDITIONAL(word) != !always)
			nfp_emu_fail(t, NFP_EMU_E_WORD);
		takes = holds(t, BR_CONDITION(word));
	} else if ((word & BR_BIT_FIXED_BITS) == BR_BIT_FIXED) {
		takes = bit_is(t, word);
	} else {
		nfp_emu_fail(t, NFP_EMU_E_WORD);
		return false;
	}
	t->cost.branches++;
	if (!takes)
		return false;
	*target = TARGET(word);
	t->cost.taken++;
	/* Guessed: as many slots are lost as could be deferred (jit.c). */
	t->cost.bubbles += (always ? 2 : 3) - DEFER(word);
	return true;
}

bool nfp_emu_return(struct nfp_emu_thread *t, u64 word, u32 *target)
{
	bool in_b = nfp_emu_ur_is_immediate(UR_A(word));

	*target = nfp_emu_ur_read(t, in_b ? UR_B(word) : UR_A(word),
				  in_b ? NFP_EMU_B : NFP_EMU_A,
				  SRC_LM_HIGH(word)) &
		  0xffff;
	t->cost.branches++;
	t->cost.taken++;
	t->cost.bubbles += 3 - DEFER(word);
	return true;
}
