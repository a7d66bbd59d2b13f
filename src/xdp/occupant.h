/* SPDX-License-Identifier: GPL-2.0-only */
/* What is attached to an interface already, and whether it is in our way. */
#ifndef XDP_OCCUPANT_H
#define XDP_OCCUPANT_H

#include "xdp/xdp.h"
#include "xdp/list.h"

struct xdp_occupant {
	uint32_t id;	 /* 0: nobody is in the way */
	bool ours;	 /* a udplb's */
	bool dispatcher; /* one of several, by libxdp's */
	enum xdp_attach_mode mode;
	char name[64];
};

enum xdp_attach_mode xdp_occupant_mode(enum mode mode);

/*
 * An older udplb, or else a stranger.  Strangers in a dispatcher are nobody: it
 * takes us in beside them.
 */
void xdp_occupant_find(int ifindex, struct xdp_occupant *occupant);

/* 0, or -EBUSY with who it is and the way out in why. */
int xdp_occupant_check(const struct xdp_occupant *occupant, bool replace,
		       char *why, size_t why_size);

/* Could a udplb be replaced by one in this mode?  0, or -EEXIST and why. */
int xdp_occupant_check_mode(const struct xdp_occupant *occupant, enum mode mode,
			    char *why, size_t why_size);

/*
 * Detaches a udplb other than the one of this id (0: any).  0; or negative
 * errno, -ENOENT where there is no program at all, -ESRCH where there is none
 * of udplb.
 */
int xdp_occupant_detach(int ifindex, uint32_t except_id);

#endif
