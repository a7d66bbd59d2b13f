/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of probes: a network with one peer, one check of it, and a server
 * there that does as the test says.
 */
#ifndef HEALTH_TEST_PROBING_H
#define HEALTH_TEST_PROBING_H

#include "health/private.h"

#define PEER  "192.0.2.2"
#define PORT  5300
#define INDEX 7

struct world {
	sd_event *event;
	struct health *health;
	int server; /* of the peer */
	sd_event_source *serving;
	const char *answer; /* NULL: silence; of HTTP: all of it */
	size_t answer_size;
	int rcode; /* of DNS */
	unsigned int changes;
	bool up;
	char reason[HEALTH_REASON_MAX];
	bool remove; /* with the next change */
};

/* cmocka's set-up and tear-down; *state is struct world. */
int probing_open(void **state);
int probing_close(void **state);

/* The peer's socket is served on the test's own loop; and is closed again. */
void probing_serve(struct world *w, int type, sd_event_io_handler_t serve);
void probing_stop_serving(struct world *w);

/* What it answers from now on; NULL: nothing. */
void probing_say(struct world *w, const char *answer);

/* Every 100 ms within 40 ms, 2 up and 2 down; another one may be made of it. */
struct model_health probing_check(enum health_type type, const char *address);
void probing_add(struct world *w, const struct model_health *check, bool up);

/* Until it is up, or down for a reason that contains this. */
void probing_wait_for(struct world *w, bool up, const char *reason);
void probing_wait_for_probes(struct world *w, uint64_t n);

#endif
