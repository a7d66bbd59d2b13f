/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests only: presence on lb0 of a testnet, and ears at its peer. */
#ifndef PRESENCE_TEST_NET_H
#define PRESENCE_TEST_NET_H

#include "presence/presence.h"

#define PRESENCE_NET_VIPS      200
#define PRESENCE_NET_WAIT_MS   30000
#define PRESENCE_NET_START_MS  1000000
#define PRESENCE_NET_SETTLE_MS 900

struct presence_net {
	struct model model;
	struct presence *presence;
	int ears; /* at the peer */
	unsigned int heard[PRESENCE_NET_VIPS];
	uint8_t mac[MAC_LEN]; /* that is to be announced */
};

/* cmocka's; *state is the struct presence_net. */
int presence_net_set_up(void **state);
int presence_net_tear_down(void **state);

void presence_net_add_vip(struct presence_net *net, const char *text);

/* Two in the interface's subnets and two elsewhere; one twice. */
void presence_net_add_vips(struct presence_net *net);

/* Those in the interface's subnets are addresses of this host. */
void presence_net_have(const char *interface);

/* At PRESENCE_NET_START_MS. */
void presence_net_start(struct presence_net *net);

/* ... and what is to be asked first has been asked; the time then. */
uint64_t presence_net_settle(struct presence_net *net);

/* Everything that was caused before is dispatched when this returns. */
void presence_net_dispatch(struct presence_net *net, uint64_t now_ms);

/* Counts the announcements since the last time, by service; how many. */
unsigned int presence_net_listen(struct presence_net *net);
void presence_net_assert_heard(struct presence_net *net,
			       const unsigned int expected[4]);

#endif
