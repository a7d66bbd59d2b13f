/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who goes first on the event loop, where several are ready: sd-event takes the
 * lowest number, one callback in each turn, and whoever is below waits for as
 * long as anything above is ready.  What says nothing is at 0, with the ticks.
 */
#ifndef PRIORITY_H
#define PRIORITY_H

enum {
	PRIORITY_SIGNAL = -100, /* whoever wants us to stop is heard */
	PRIORITY_HEALTH = -80,	/* a probe's clock is a promise */
	PRIORITY_NETWORK = -60, /* news of links, routes and neighbours */
	PRIORITY_TABLES = -40,	/* what follows from both: writes to the maps */
	PRIORITY_HTTP = 50,	/* who only looks, or can ask again */
};

#endif
