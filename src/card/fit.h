/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a card would take the program of a plan, judged offline. */
#ifndef CARD_FIT_H
#define CARD_FIT_H

#include "card/card.h"
#include "tables/plan.h"

/* Ordered: the worse, the higher. */
enum card_fit {
	CARD_FITS,
	CARD_MAY_FIT, /* in the larger room that is reported, not the other */
	CARD_REFUSED,
};

/* What a card would say to the program of a plan, judged offline. */
struct card_verdict {
	enum card_fit fit;
	const char *variant; /* of the program */
	uint32_t nfp_insns;  /* an estimate; 0: not made */
	char why[512];	     /* unless it fits: why, and what would */
};

/*
 * By the table of a card's firmware.  0 whatever the verdict; or negative
 * errno, with a sentence in out->why.
 */
int card_judge(const struct plan *plan, const struct card_firmware *firmware,
	       struct card_verdict *out);

#endif
