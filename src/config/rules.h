/* SPDX-License-Identifier: GPL-2.0-only */
/* What services must not do to each other. */
#ifndef CONFIG_RULES_H
#define CONFIG_RULES_H

#include "config/raw.h"
#include "config/value.h"

/*
 * raw->services are the services of the model as they were written.  Adds
 * mistakes to the place's errors; its path is not used.  Services that have
 * mistakes of their own are left out.  What a service leaves to others of its
 * VIP is set.  0 or -ENOMEM.
 */
int config_rules_check(const struct config_place *place,
		       const struct config_raw *raw, struct model *model);

#endif
