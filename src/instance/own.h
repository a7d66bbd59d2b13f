/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The addresses that this host asks others from: of the interface that we
 * balance on, and of the loopback interface.  VIPs that are there for
 * themselves alone, as presence assigns them, are none.
 */
#ifndef OWN_H
#define OWN_H

#include "model/model.h"

/* More are left out. */
#define OWN_MAX 32

struct own {
	struct addr address[OWN_MAX]; /* in order */
	size_t n;
};

/* 0 or negative errno. */
int own_find(struct own *own, int ifindex, const struct model *model);

bool own_same(const struct own *a, const struct own *b);

#endif
