/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between two models, and whether it is their shape. */
#ifndef CONFIG_CHANGES_H
#define CONFIG_CHANGES_H

#include "model/model.h"

typedef void (*config_change_fn)(void *arg, const char *sentence);

/*
 * Tells each difference in a sentence without a stop, in the order of "to" and
 * then of what is gone from "from": "service dns: backend 192.0.2.1:53: weight
 * 1 -> 2".  0 or -ENOMEM.
 */
int config_changes(const struct model *from, const struct model *to,
		   config_change_fn tell, void *arg);

/*
 * Whether the same plan and the same program serve both: they differ at most in
 * weights, drain, health and persist.  1 or 0, or -ENOMEM.
 */
int config_changes_none_of_shape(const struct model *a, const struct model *b);

#endif
