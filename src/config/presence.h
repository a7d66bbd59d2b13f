/* SPDX-License-Identifier: GPL-2.0-only */
/* How others find the VIPs. */
#ifndef CONFIG_PRESENCE_H
#define CONFIG_PRESENCE_H

#include "config/raw.h"
#include "config/value.h"

/* raw may be NULL: *out gets the defaults.  Adds mistakes. */
void config_presence_check(const struct config_place *place,
			   const struct raw_presence *raw,
			   struct model_presence *out);

#endif
