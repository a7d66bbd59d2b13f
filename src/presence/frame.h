/* SPDX-License-Identifier: GPL-2.0-only */
/* The frames that tell neighbours where an address is, or ask them.  Pure. */
#ifndef PRESENCE_FRAME_H
#define PRESENCE_FRAME_H

#include <stddef.h>

#include "base/addr.h"

#define PRESENCE_FRAME_MAX 86

/*
 * Says that the address is at this MAC address: an ARP announcement (RFC 5227,
 * 2.3), or a neighbour advertisement that nobody asked for (RFC 4861, 7.2.6).
 * The length.
 */
size_t presence_frame_announce(uint8_t frame[PRESENCE_FRAME_MAX],
			       const uint8_t mac[MAC_LEN],
			       const struct addr *address);

/*
 * Asks who has the address without claiming anything: an ARP probe (RFC 5227,
 * 2.1.1), or the solicitation of duplicate address detection (RFC 4862, 5.4.2).
 */
size_t presence_frame_ask(uint8_t frame[PRESENCE_FRAME_MAX],
			  const uint8_t mac[MAC_LEN],
			  const struct addr *address);

/*
 * Whether a frame says that the address is at somebody's MAC address, which is
 * then copied.  Frames come in from anybody: every length is checked.
 */
bool presence_frame_claims(const uint8_t *frame, size_t length,
			   const struct addr *address, uint8_t mac[MAC_LEN]);

#endif
