/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Before a VIP becomes an address of this host, the hosts around are asked
 * whether it is theirs (RFC 5227, 2.1; RFC 4862, 5.4): three times, some tenths
 * of a second apart, which is sooner than the RFCs have it, since no host here
 * is behind a slow radio link.
 */
#ifndef PRESENCE_INQUIRY_H
#define PRESENCE_INQUIRY_H

#include "presence/vips.h"

struct presence_inquiry {
	int fd;		    /* -1: none is under way */
	unsigned int asked; /* rounds */
	size_t next;	    /* VIP of the round */
	uint64_t due_ms;
};

/* About the VIPs that are wanted.  0 or negative errno. */
int presence_inquiry_begin(struct presence_inquiry *inquiry,
			   struct presence_vips *vips, int ifindex,
			   uint64_t now_ms);
void presence_inquiry_end(struct presence_inquiry *inquiry);

/* To be called from due_ms on; true when it is over, and closed. */
bool presence_inquiry_run(struct presence_inquiry *inquiry,
			  struct presence_vips *vips,
			  const uint8_t mac[MAC_LEN], uint64_t now_ms);

#endif
