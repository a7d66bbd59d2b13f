/* SPDX-License-Identifier: GPL-2.0-only */
/* What is attached to an interface already, and whether it is in our way. */
#ifndef XDP_OCCUPANT_H
#define XDP_OCCUPANT_H

#include "xdp/xdp.h"
#include "xdp/list.h"

struct xdp_occupant {
	uint32_t id; /* 0: nobody is in the way */
	bool ours;   /* a udplb's */
	enum xdp_attach_mode mode;
	uint32_t dispatcher; /* libxdp's that calls it; 0: none */
	char name[64];
	/* Strangers in a dispatcher, who leave room for us. */
	size_t others;
	enum xdp_attach_mode others_mode;
	char other[64]; /* the first of them */
};

enum xdp_attach_mode xdp_occupant_mode(enum mode mode);

/*
 * An older udplb, or else a stranger.  Strangers in a dispatcher are in
 * nobody's way: it takes us in beside them.  0; or negative errno where the
 * kernel cannot be asked.
 */
int xdp_occupant_find(int ifindex, struct xdp_occupant *occupant);

/* 0, or -EBUSY with who it is and the way out in why. */
int xdp_occupant_check(const struct xdp_occupant *occupant,
		       const struct xdp_request *request, char *why,
		       size_t why_size);

/*
 * Is it there that the mode asks for: to be replaced by us, or joined?  0, or
 * -EEXIST and why.
 */
int xdp_occupant_check_mode(const struct xdp_occupant *occupant, enum mode mode,
			    char *why, size_t why_size);

/*
 * Detaches a udplb other than the one of this id (0: any).  0; or negative
 * errno, -ENOENT where there is no program at all, -ESRCH where there is none
 * of udplb.
 */
int xdp_occupant_detach(int ifindex, uint32_t except_id);

#endif
