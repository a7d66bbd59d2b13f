/* SPDX-License-Identifier: GPL-2.0-only */
/* The VIPs of a model, each once, and those that are addresses of this host. */
#ifndef PRESENCE_VIPS_H
#define PRESENCE_VIPS_H

#include "model/model.h"
#include "net/nl.h"

struct presence_vip {
	struct addr address;
	bool announced; /* is to be */
	bool here;	/* seen on the interface it belongs on */
	bool mine;	/* because we put it there */
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

/* Which are to be announced; logs what keeps it from finding out. */
void presence_vips_choose(struct presence_vips *vips,
			  enum presence_announce announce, int ifindex);

/* Adds what is missing on an interface.  What is refused is logged, once. */
void presence_vips_assign(struct presence_vips *vips, struct nl *nl,
			  int ifindex);
void presence_vips_withdraw(struct presence_vips *vips, struct nl *nl,
			    int ifindex);

#endif
