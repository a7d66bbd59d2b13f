/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Executes the machine code that the nfp driver's BPF JIT gives to the card,
 * as it stands after relocation.  No libc, no allocation: the same files run
 * in user space and in the lab's kernel module.
 *
 * This is the processor, and nothing but the instructions which that JIT can
 * emit; memory, helpers and packets are its caller's (nfp_fw.h).
 */
#ifndef NFP_EMU_H
#define NFP_EMU_H

#ifdef __KERNEL__
#include <linux/stddef.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;
#endif

#define NFP_EMU_REGISTERS   32	/* of a bank, as one of 4 threads has them */
#define NFP_EMU_LOCAL_WORDS 256 /* local memory: 4 threads share 1024 */
#define NFP_EMU_POINTERS    4	/* into local memory */

/* A program longer than this in execution does not end, or might as well. */
#define NFP_EMU_BUDGET 100000

enum nfp_emu_end {
	NFP_EMU_DONE,
	NFP_EMU_E_WORD,	    /* not an instruction that the JIT emits */
	NFP_EMU_E_REGISTER, /* an operand that the JIT does not use */
	NFP_EMU_E_MEMORY,   /* an address that the caller refused */
	NFP_EMU_E_TARGET,   /* a jump to nowhere */
	NFP_EMU_E_HELPER,   /* a helper call that the caller refused */
	NFP_EMU_E_BUDGET,   /* did not end */
};

/* What an end means, as half a sentence. */
const char *nfp_emu_end_text(enum nfp_emu_end end);

enum nfp_emu_command {
	NFP_EMU_READ,	    /* words, least significant byte first */
	NFP_EMU_READ_BYTES, /* most significant byte first */
	NFP_EMU_WRITE_BYTES,
	NFP_EMU_WRITE,
	NFP_EMU_ADD,
	NFP_EMU_ADD_IMMEDIATE,
	NFP_EMU_COMMANDS
};

enum nfp_emu_helper {
	NFP_EMU_LOOKUP,
	NFP_EMU_UPDATE,
	NFP_EMU_DELETE,
	NFP_EMU_EVENT,
	NFP_EMU_HELPERS
};

/*
 * What the driver does not pin down: X(identifier, what we assume).  Each is a
 * rule that the emulator had to choose; a packet whose result may have hung on
 * one has its bit set in `guesses`.  docs/nfp-emulator.md says more.
 */
#define NFP_EMU_GUESSES(X)                                                     \
	X(INDIRECT_32, "an indirect double shift by 32 gives the A operand")   \
	X(INDIRECT_SOURCE,                                                     \
	  "an indirect shift takes its amount from the A operand of the "      \
	  "instruction before, whichever that was")                            \
	X(SHIFT_FLAGS, "a shift sets negative and zero, clears the others")    \
	X(FIELD_FLAGS, "ld_field leaves the flags alone")                      \
	X(LOGIC_CARRY, "a logical operation clears carry and overflow")        \
	X(HELPER_FLAGS, "the flags survive a helper call")                     \
	X(MULTIPLY_OPERANDS,                                                   \
	  "a multiplication is of the operands that it began with")            \
	X(UNKNOWN_REGISTER,                                                    \
	  "a register keeps its value where nobody promises so: at the start " \
	  "of a packet, over a helper call")                                   \
	X(POINTER_DELAY,                                                       \
	  "a pointer into local memory is valid before three instructions "    \
	  "have passed")

#define NFP_EMU_GUESS_(id, text) NFP_EMU_GUESS_##id,
enum nfp_emu_guess { NFP_EMU_GUESSES(NFP_EMU_GUESS_) NFP_EMU_GUESS_COUNT };
#undef NFP_EMU_GUESS_

const char *nfp_emu_guess_text(enum nfp_emu_guess guess);

/* What one packet cost; the cycles of waiting are for a model to say. */
struct nfp_emu_cost {
	u32 instructions; /* of them: */
	u32 nops, branches, taken;
	u32 bubbles; /* guessed: slots lost by branches and swaps */
	u32 swaps;   /* the thread waits, another runs */
	u32 commands[NFP_EMU_COMMANDS];
	u32 words[NFP_EMU_COMMANDS];
	u32 far; /* commands to 40-bit addresses: maps */
	u32 helpers[NFP_EMU_HELPERS];
};

/* The last instruction that set the flags decides whom to believe them. */
enum nfp_emu_setter {
	NFP_EMU_BY_SUM,
	NFP_EMU_BY_LOGIC,
	NFP_EMU_BY_SHIFT,
	NFP_EMU_BY_FIELD,
	NFP_EMU_BY_HELPER,
};

/* One thread of a flow processing core. */
struct nfp_emu_thread {
	/* What the caller sets before a packet and looks at after it. */
	u32 a[NFP_EMU_REGISTERS], b[NFP_EMU_REGISTERS];
	u32 in[NFP_EMU_REGISTERS], out[NFP_EMU_REGISTERS]; /* transfer */
	u32 local[NFP_EMU_LOCAL_WORDS];
	u32 pointer[NFP_EMU_POINTERS]; /* byte addresses, multiples of 4 */
	/* Registers, a bit each, whose value nobody promises. */
	u32 unknown_a, unknown_b, unknown_in, unknown_out;

	bool negative, zero, carry, overflow;
	enum nfp_emu_setter setter;
	u32 result;    /* of the instruction before (PREV_ALU) */
	u32 a_operand; /* and its A operand, where that is sure */
	bool a_operand_sure;
	u32 factors[2]; /* of the multiplication under way */
	u64 product;
	u32 steps; /* of it that were taken, a bit each */
	bool random_pending;
	u32 random;
	u64 pointer_ready[NFP_EMU_POINTERS];

	enum nfp_emu_end end;
	u32 end_at;   /* address of the last instruction */
	u64 end_word; /* and what stands there */
	u32 guesses;  /* a bit per enum nfp_emu_guess */
	struct nfp_emu_cost cost;
};

struct nfp_emu_image {
	const u64 *words;
	u32 count;
	u32 start; /* address of the first word */
	u32 done;  /* where the program jumps to at its end */
	u32 helpers[NFP_EMU_HELPERS];
};

/* The rest of the card, as the processor sees it. */
struct nfp_emu_card {
	void *priv;
	/*
	 * Memory of `length` bytes for a command, or NULL if there is none.
	 * 40-bit addresses are `far`.
	 */
	u8 *(*memory)(void *priv, bool far, u64 address, u32 length,
		      enum nfp_emu_command command);
	/* Leaves its result in registers 0 and 1; false: no such call. */
	bool (*helper)(void *priv, struct nfp_emu_thread *t,
		       enum nfp_emu_helper which);
	u32 (*random)(void *priv);
};

/*
 * Runs until the program jumps to `done`, or to the first thing that the
 * emulator does not know; t->end, end_at and end_word say what and where.
 * Costs and guesses start anew.
 */
enum nfp_emu_end nfp_emu_run(struct nfp_emu_thread *t,
			     const struct nfp_emu_image *image,
			     const struct nfp_emu_card *card);

/* The word with its check bits, as the control store wants it. */
u64 nfp_emu_ecc(u64 word);

#endif
