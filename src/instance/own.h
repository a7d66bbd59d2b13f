/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The addresses that this host asks others from: all that its interfaces have,
 * of any scope, and whatever else the kernel takes towards backends whose
 * answers are translated.  VIPs that are there for themselves alone, as
 * presence assigns them, are none, unless the kernel takes one: a VIP that is
 * an address of ours as well has to be looked up by port, packet by packet.
 */
#ifndef OWN_H
#define OWN_H

#include "model/model.h"

struct nl;

struct own {
	struct addr *address; /* in order, each once */
	size_t n;
};

/* 0 (own_free() it), or negative errno and nothing to free. */
int own_find(struct own *own, struct nl *nl, const struct model *model);

/*
 * The same, where nothing has changed on this host since it had "before" for
 * another model; from: by backend of this one, its number there, or 0.  Only
 * who is new is asked for.
 */
int own_find_new(struct own *own, struct nl *nl, const struct model *model,
		 const struct own *before, const uint32_t *from);
bool own_same(const struct own *a, const struct own *b);
void own_free(struct own *own);

#endif
