/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COST_H
#define COST_H

/*
 * What packets cost on the card, for every way to balance and to forward:
 * instructions and memory commands, as JSON.  The card must be the one engine
 * that is chosen.  Returns an exit status.
 */
int cost_print(void);

#endif
