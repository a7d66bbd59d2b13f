/* SPDX-License-Identifier: GPL-2.0-only */
/* The VIPs of a model, each once: where each is, and what becomes of it. */
#ifndef PRESENCE_VIPS_H
#define PRESENCE_VIPS_H

#include "model/model.h"
#include "net/nl.h"

struct presence_vip {
	struct addr address;
	bool in_subnet; /* of the interface: neighbours ask for it */
	bool local;	/* an address of this host, on any interface */
	bool was_local;
	bool answered; /* ... and the kernel answers for it */
	bool here;     /* ... on the interface where it is assigned */
	bool held;     /* was here once: nobody else is to be asked */
	bool mine;     /* because we put it there */
	bool wanted;   /* is to be asked for */
	bool claimed;  /* somebody else said that it is there: */
	uint8_t mac[MAC_LEN];
	bool told; /* what was found */
};

struct presence_vips {
	struct presence_vip *vip; /* sorted by address */
	size_t n;
	bool complained; /* of one that was refused */
};

/* 0 (presence_vips_free() it) or -ENOMEM. */
int presence_vips_collect(struct presence_vips *vips,
			  const struct model *model);
void presence_vips_free(struct presence_vips *vips);

/*
 * Reads the addresses of this host.  ifindex: where packets come in;
 * assign_ifindex: where VIPs are assigned.  0 or negative errno.
 */
int presence_vips_look(struct presence_vips *vips, int ifindex,
		       int assign_ifindex);

/* NULL where there is none. */
struct presence_vip *presence_vips_find(struct presence_vips *vips,
					const struct addr *address);

/* What the kernel refuses is logged, the first time. */
void presence_vips_assign(struct presence_vips *vips, struct presence_vip *vip,
			  struct nl *nl, int ifindex);

/* All that are mine. */
void presence_vips_withdraw(struct presence_vips *vips, struct nl *nl,
			    int ifindex);

#endif
