/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What silicon has done, and the emulator must do as well.
 *
 * Netronome's regression tests for real cards (macris-xiao/nfp-drv-kmods-xiao,
 * branch wip-FC-37.check, tests/ebpf, 2018) say what each of their programs
 * does to which packet, and their cards did it: what the kernel does.  The
 * programs of hwtests/lab/facts do the same operations with the same operands,
 * and others beside them; the host's kernel says what must come out.
 */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FACT_LENGTH_MAX 1500

struct fact {
	const char *program;
	uint64_t a, b;	    /* operands, in the packet */
	const char *source; /* Netronome's tests */
	size_t length;	    /* of the packet, if it matters */
	int queue;	    /* that the packet must be given, -1: none */
};

/* The table of facts (facts_rows.c). */
extern const struct fact facts[];
extern const size_t facts_count;

/*
 * Loads all programs onto host and card, and has the host say what is right.
 * 0 or a negative errno, and a line on stdout that says what failed.
 */
int facts_open(void);
void facts_close(void);

/* Does the card do what the fact says?  If not, *why is half a sentence. */
bool fact_holds(const struct fact *fact, const char **why);

/* The guesses (enum nfp_emu_guess, a bit each) that its result hung on. */
uint32_t fact_guesses(const struct fact *fact);

#endif
