// SPDX-License-Identifier: GPL-2.0-only
/*
 * The processor's loop.
 *
 * Two things outlast an instruction.  A jump happens after its defer slots: the
 * JIT puts up to three instructions behind a branch which run all the same.  A
 * memory command happens when its thread goes to sleep, at once or after one
 * or two slots.  A thread that sleeps loses nothing here, as nobody else runs:
 * waiting is for a cost model.
 *
 * Whatever the JIT cannot have emitted is an error and never a guess: reserved
 * bits, unused operations and registers, jumps out of the program, a branch in
 * a branch's slots.  Where the driver leaves a rule open, the emulator chooses,
 * notes that in `guesses`, and goes on.
 */
#include "nfp_emu_core.h"
#include "nfp_emu_word.h"

/* What is due after so many more instructions. */
struct pending {
	bool jump, command;
	u32 jump_in, command_in;
	u32 target;
	struct nfp_emu_issued issued;
};

const char *nfp_emu_end_text(enum nfp_emu_end end)
{
	static const char *const texts[] = {
		[NFP_EMU_DONE] = "done",
		[NFP_EMU_E_WORD] = "not an instruction of the JIT",
		[NFP_EMU_E_REGISTER] = "not an operand of the JIT",
		[NFP_EMU_E_MEMORY] = "no memory at this address",
		[NFP_EMU_E_TARGET] = "a jump out of the program",
		[NFP_EMU_E_HELPER] = "a helper call that cannot be",
		[NFP_EMU_E_BUDGET] = "does not end",
	};

	return texts[end];
}

const char *nfp_emu_guess_text(enum nfp_emu_guess guess)
{
#define GUESS_TEXT(id, text) text,
	static const char *const texts[] = { NFP_EMU_GUESSES(GUESS_TEXT) };

	return texts[guess];
}

u64 nfp_emu_ecc(u64 word)
{
	/* nfp_ustore_calc_ecc_insn() in nfp_asm.c */
	static const u64 masks[] = {
		0x0ff800007fffULL, 0x11f801ff801fULL, 0x1e387e0781e1ULL,
		0x17cb8e388e22ULL, 0x1af5b2c93244ULL, 0x1f56d5525488ULL,
		0x0daf69a46910ULL,
	};
	u64 bits;

	word &= (1ULL << NFP_WORD_BITS) - 1;
	bits = word;
	for (unsigned int i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		u64 parity = masks[i] & word;

		for (int fold = 32; fold; fold /= 2)
			parity ^= parity >> fold;
		bits |= (parity & 1) << (NFP_WORD_BITS + i);
	}
	return bits;
}

/* emit_csr_wr(): one operand is the source, the other an ignored immediate. */
static void write_csr(struct nfp_emu_thread *t, u64 word)
{
	bool in_b = nfp_emu_ur_is_immediate(UR_A(word));
	u32 value = nfp_emu_ur_read(t, in_b ? UR_B(word) : UR_A(word),
				    in_b ? NFP_EMU_B : NFP_EMU_A,
				    SRC_LM_HIGH(word));
	u32 pointer;

	switch (CSR_ADDRESS(word)) {
	case CSR_POINTER_0:
		pointer = 0;
		break;
	case CSR_POINTER_1:
		pointer = 1;
		break;
	case CSR_POINTER_2:
		pointer = 2;
		break;
	case CSR_POINTER_3:
		pointer = 3;
		break;
	default:
		nfp_emu_fail(t, NFP_EMU_E_WORD);
		return;
	}
	/* mem_op_stack() depends on the low bits being dropped. */
	t->pointer[pointer] = FLIP(POINTER_ALIGN, value & ~3U, value);
	t->pointer_ready[pointer] = nfp_emu_now(t) + 4;
}

/* __emit_csr_rd(): the value arrives in the immed that follows. */
static void read_csr(struct nfp_emu_thread *t, const struct nfp_emu_card *card,
		     u64 word)
{
	if (CSR_ADDRESS(word) != CSR_RANDOM) {
		nfp_emu_fail(t, NFP_EMU_E_WORD);
		return;
	}
	t->random_pending = true;
	t->random = FLIP(RANDOM, card->random(card->priv), 0);
}

static void execute_csr(struct nfp_emu_thread *t,
			const struct nfp_emu_card *card, u64 word)
{
	if (word & ~CSR_BITS)
		nfp_emu_fail(t, NFP_EMU_E_WORD);
	else if (CSR_WRITES(word))
		write_csr(t, word);
	else
		read_csr(t, card, word);
}

static void start_jump(struct nfp_emu_thread *t, struct pending *p, u64 word,
		       bool (*branch)(struct nfp_emu_thread *, u64, u32 *))
{
	u32 target = 0;
	bool jumps = branch(t, word, &target);

	if (p->jump)
		nfp_emu_fail(t, NFP_EMU_E_WORD);
	if (!jumps)
		return;
	p->jump = true;
	p->jump_in = FLIP(DEFER, DEFER(word), 0);
	p->target = target;
}

static void start_command(struct nfp_emu_thread *t, struct pending *p, u64 word)
{
	u32 swap = CMD_SWAP(word);

	if (p->command)
		nfp_emu_fail(t, NFP_EMU_E_WORD);
	nfp_emu_issue(t, word, &p->issued);
	p->command = true;
	p->command_in = 0;
	if (swap == CMD_NO_SWAP)
		return;
	p->command_in = FLIP(SWAP_DEFER, swap, 0);
	t->cost.swaps++;
	t->cost.bubbles += 2 - swap;
}

/* The upper bits of the last class tell its members apart. */
static void execute_other(struct nfp_emu_thread *t,
			  const struct nfp_emu_card *card, struct pending *p,
			  u64 word)
{
	if ((word & RTN_FIXED_BITS) == RTN_FIXED)
		start_jump(t, p, word, nfp_emu_return);
	else if (nfp_field(word, 35, 2) == 2)
		nfp_emu_immediate(t, word);
	else if (nfp_field(word, 34, 3) == 7)
		execute_csr(t, card, word);
	else if (nfp_field(word, 34, 3) == 6)
		nfp_emu_multiply(t, word);
	else
		nfp_emu_fail(t, NFP_EMU_E_WORD);
}

static void execute(struct nfp_emu_thread *t, const struct nfp_emu_card *card,
		    struct pending *p, u64 word)
{
	t->cost.instructions++;
	switch (CLASS(word)) {
	case CLASS_SHIFT:
		nfp_emu_shift(t, word);
		break;
	case CLASS_ALU:
		nfp_emu_alu(t, word);
		break;
	case CLASS_FIELD_BRANCH:
		if (nfp_field(word, 35, 2))
			start_jump(t, p, word, nfp_emu_branch);
		else
			nfp_emu_field(t, word);
		break;
	case CLASS_OTHER:
		execute_other(t, card, p, word);
		break;
	default:
		start_command(t, p, word);
	}
}

/* Does what is due after an instruction; returns where to go on. */
static u32 settle(struct nfp_emu_thread *t, const struct nfp_emu_card *card,
		  struct pending *p, u32 pc)
{
	if (p->command && !p->command_in--) {
		p->command = false;
		nfp_emu_complete(t, card, &p->issued);
	}
	if (p->jump && !p->jump_in--) {
		p->jump = false;
		return p->target;
	}
	return pc + 1;
}

/*
 * Outside of the program are the firmware's helpers and the end.  A helper
 * returns to the address in register 0 of bank B (map_call_stack_common()).
 */
static u32 leave(struct nfp_emu_thread *t, const struct nfp_emu_image *image,
		 const struct nfp_emu_card *card, u32 pc)
{
	for (int i = 0; i < NFP_EMU_HELPERS; i++) {
		u32 back = t->b[0] & 0xffff;

		if (pc != image->helpers[i])
			continue;
		t->cost.helpers[i]++;
		t->setter = NFP_EMU_BY_HELPER;
		t->a_operand_sure = false;
		if (!card->helper(card->priv, t, i))
			nfp_emu_fail(t, NFP_EMU_E_HELPER);
		return FLIP(RETURN_ADDRESS, back, back + 1);
	}
	nfp_emu_fail(t, NFP_EMU_E_TARGET);
	return pc;
}

static void reset(struct nfp_emu_thread *t)
{
	t->end = NFP_EMU_DONE;
	t->end_word = 0;
	t->guesses = 0;
	t->cost = (struct nfp_emu_cost){ 0 };
	t->setter = NFP_EMU_BY_HELPER;
	t->a_operand_sure = false;
	t->random_pending = false;
	t->steps = 0;
	for (int i = 0; i < NFP_EMU_POINTERS; i++)
		t->pointer_ready[i] = 0;
}

enum nfp_emu_end nfp_emu_run(struct nfp_emu_thread *t,
			     const struct nfp_emu_image *image,
			     const struct nfp_emu_card *card)
{
	struct pending pending = { 0 };
	u32 pc = image->start;

	reset(t);
	while (t->end == NFP_EMU_DONE) {
		u32 at = pc - image->start;

		t->end_at = pc;
		if (at < image->count) {
			/* Reserved bits above the code would be noticed. */
			t->end_word = image->words[at] &
				      ((1ULL << NFP_WORD_BITS) - 1);
			execute(t, card, &pending, t->end_word);
			pc = settle(t, card, &pending, pc);
		} else if (pending.jump || pending.command) {
			nfp_emu_fail(t, NFP_EMU_E_TARGET);
		} else if (pc == image->done) {
			break;
		} else {
			pc = leave(t, image, card, pc);
		}
		if (t->cost.instructions >= NFP_EMU_BUDGET)
			nfp_emu_fail(t, NFP_EMU_E_BUDGET);
	}
	return t->end;
}
