/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does the emulator do what silicon has done?  The machine code of programs
 * that repeat the facts of Netronome's own tests, against the host's kernel.
 */
#include <stdio.h>

#include "offload/emu/nfp_emu.h"
#include "facts.h"

int main(void)
{
	unsigned int on_guess[NFP_EMU_GUESS_COUNT] = { 0 };
	const char *why;
	int bad = 0;

	if (facts_open()) {
		puts("1..1\nnot ok 1 - the programs can be run ('make card' "
		     "takes their images from the driver)");
		return 1;
	}
	printf("1..%zu\n", facts_count);
	for (size_t i = 0; i < facts_count; i++) {
		const struct fact *f = &facts[i];
		bool good = fact_holds(f, &why);

		bad += !good;
		printf("%sok %zu - %s: %s, %#llx, %#llx%s%s\n",
		       good ? "" : "not ", i + 1, f->program, f->source,
		       (unsigned long long)f->a, (unsigned long long)f->b,
		       good ? "" : ": ", good ? "" : why);
		for (int j = 0; j < NFP_EMU_GUESS_COUNT; j++)
			on_guess[j] += good && fact_guesses(f) >> j & 1;
	}
	for (int j = 0; j < NFP_EMU_GUESS_COUNT; j++)
		if (on_guess[j])
			printf("# hung on a guess and hold, %u facts: %s\n",
			       on_guess[j], nfp_emu_guess_text(j));
	facts_close();
	return bad ? 1 : 0;
}
