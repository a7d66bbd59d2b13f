/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests only: follows lb0 of a testnet and notes what is reported. */
#ifndef NL_WATCH_H
#define NL_WATCH_H

#include "net/nl.h"

struct watch {
	struct nl *nl;
	struct addr address; /* the neighbour that the next three are of */
	int reports;
	bool known;
	char mac[MAC_STRLEN];
	int others;    /* reports of other neighbours */
	bool ask_back; /* the handler asks for the neighbour's route */
	int links, removals, routes, addresses;
	struct nl_link_state link;
	int overruns, others_at_overrun;
};

/* cmocka's, after testnet_up(); *state is the struct watch. */
int watch_set_up(void **state);
int watch_tear_down(void **state);

/* Forgets what was noted of neighbours and looks for this one from now on. */
void watch_address(struct watch *watch, const char *address);

/* Returns as soon as done() is true; the test fails where it never is. */
void watch_until(struct watch *watch, bool (*done)(struct watch *watch));

/* Everything that was caused before is dispatched when this returns. */
void watch_drain(struct watch *watch);

#endif
