/* SPDX-License-Identifier: GPL-2.0-only */
/* What the outer headers of tunnels have. */
#ifndef CONFIG_TUNNEL_H
#define CONFIG_TUNNEL_H

#include "config/raw.h"
#include "config/value.h"

/* raw may be NULL: *out gets the defaults.  Adds mistakes. */
void config_tunnel_check(const struct config_place *place,
			 const struct raw_tunnel *raw,
			 struct model_tunnel *out);

/* Warns of an MTU within which services cannot do what IPv6 promises. */
void config_tunnel_check_services(const struct config_place *place,
				  const struct model *model);

#endif
