/* SPDX-License-Identifier: GPL-2.0-only */
/* What services must not do to each other. */
#ifndef CONFIG_RULES_H
#define CONFIG_RULES_H

#include "config/place.h"
#include "model/model.h"

/*
 * place is the top.  Services that have mistakes of their own are left out.
 * What a service leaves to others of its VIP is set.  0 or -ENOMEM.
 */
int config_rules_check(const struct config_place *place, struct model *model);

#endif
