/* SPDX-License-Identifier: GPL-2.0-only */
/* What only the card's engine can tell. */
#ifndef ENGINE_CARD_H
#define ENGINE_CARD_H

#include "offload/emu/nfp_emu.h"

/* Files .nfp, .json and .bpf.o of the image; to be set before it is chosen. */
extern const char *engine_card_image;

/* Of all packets so far. */
struct engine_card_totals {
	u64 packets, instructions;
	u64 overreads; /* packets that were read beyond their end */
	u64 guessed;   /* packets whose result may hang on a guess */
	u64 guesses[NFP_EMU_GUESS_COUNT];
};

const struct engine_card_totals *engine_card_totals(void);
/* As comments of TAP; nothing if there was no packet. */
void engine_card_print(const struct engine_card_totals *totals);

/* Of the last packet. */
const struct nfp_emu_cost *engine_card_cost(void);

#endif
