/* SPDX-License-Identifier: GPL-2.0-only */
/* Hosts that backends answer themselves: the key "direct". */
#ifndef CONFIG_DIRECT_H
#define CONFIG_DIRECT_H

#include "config/key.h"

extern const struct config_type config_direct;

/* Whether it leaves the VIPs alone. */
void config_direct_check(const struct config_place *place,
			 const struct model *model);

#endif
