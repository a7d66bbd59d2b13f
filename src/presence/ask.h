/* SPDX-License-Identifier: GPL-2.0-only */
/* A socket that asks the hosts around who has an address, and hears claims. */
#ifndef PRESENCE_ASK_H
#define PRESENCE_ASK_H

#include <stddef.h>
#include <sys/types.h>

#include "presence/frame.h"

/*
 * Non-blocking; hears what others send of ARP and neighbour advertisements, and
 * nothing else, however much traffic there is.  Negative errno.
 */
int presence_ask_open(int ifindex);

/* Claims nothing: see presence_frame_ask().  0 or negative errno. */
int presence_ask_send(int fd, const uint8_t mac[MAC_LEN],
		      const struct addr *address);

/* Length of a frame for presence_frame_claims(); 0 where none waits. */
size_t presence_ask_hear(int fd, uint8_t frame[PRESENCE_FRAME_MAX]);

#endif
